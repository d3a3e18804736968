"""The records as people read them in a terminal."""

from __future__ import annotations

import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Any

from ctxwatch.reporter import diagnostic
from ctxwatch.reporter.paths import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_RESET, _BOLD, _DIM = "\x1b[0m", "\x1b[1m", "\x1b[2m"
_RED, _GREEN, _YELLOW, _CYAN = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m"

_VERDICT_COLOURS = {"kept": _GREEN, "rescued": _GREEN, "empty": _DIM, "detached": _DIM}
_STYLES = {
    "error": (_BOLD, _RED),
    "warning": (_BOLD, _YELLOW),
    "info": (_BOLD, _CYAN),
    "title": (_BOLD,),
    "place": (_CYAN,),
    "source": (),
    "label": (_BOLD,),
    "paste": (_GREEN,),
    "dim": (_DIM,),
    "plain": (),
}
_LEVEL_COLOURS = {"warning": _YELLOW, "error": _RED, "debug": _DIM, "info": _CYAN}


class Console:
    """Renders records for a terminal; colours only where *colours* is true.

    The last processor of the reporter's structlog pipeline.
    """

    def __init__(self, *, colours: bool) -> None:
        self._colours = colours
        self._glyphs = diagnostic.glyphs(getattr(sys.__stderr__, "encoding", None))

    def __call__(self, logger: object, name: str, record: Mapping[str, Any]) -> str:  # noqa: ARG002 - structlog's interface
        """Render *record*; its ``kind`` decides how."""
        kind = record["kind"]
        if kind == "finding":
            return self._finding(record)
        if kind == "summary":
            return self.summary(record)
        if kind == "snapshot":
            return self._snapshot(record)
        if kind == "dump":
            return "\n".join([f"{self._prefix(record)} {record['event']}", *self._dump(record)])
        return f"{self._prefix(record)} {record['event']}"

    def _paint(self, text: str, *codes: str) -> str:
        return f"{''.join(codes)}{text}{_RESET}" if self._colours and codes else text

    def _time(self, record: Mapping[str, Any]) -> str:
        return f"ctxwatch {record['timestamp'][11:23]}"

    def _prefix(self, record: Mapping[str, Any]) -> str:
        level = record["level"]
        return f"{self._time(record)} {self._paint(f'{level:<7}', _LEVEL_COLOURS.get(level, ''))}"

    def _snapshot(self, record: Mapping[str, Any]) -> str:
        parts = [self._prefix(record), record["event"]]
        verdict = record.get("verdict")
        if verdict is not None:
            parts.append(self._paint(verdict, _VERDICT_COLOURS.get(verdict, _RED)))
        line = f"{shorten(record['code.file.path'])}:{record['code.line.number']}"
        parts.append(self._paint(f"at {line} in {diagnostic.unit(record)}", _DIM))
        return " ".join(parts)

    def _finding(self, record: Mapping[str, Any]) -> str:
        head = f"{self._time(record)} {self._line(diagnostic.head(record))}"
        if record["count"] > 1:
            return f"{head} (again, {record['count']} times so far)"
        body = diagnostic.body(record, _width(), self._glyphs)
        return "\n".join([head, *map(self._line, body)])

    def _dump(self, record: Mapping[str, Any]) -> Iterator[str]:
        """What is open, a unit, a scope or a span a line."""
        for unit in record["units"]:
            yield f"  {diagnostic.unit({'pid': record['pid']} | unit)}"
            for hop in unit["lineage"]:
                place = f"{shorten(hop['file'])}:{hop['line']}"
                yield self._paint(f"    from {hop['boundary']} at {place}", _DIM)
            for scope in unit["scopes"]:
                name = f"'{scope['span']['name']}'" if scope["span"] else "a context"
                place = ", ".join(f"{shorten(s['file'])}:{s['line']}" for s in scope["steps"])
                yield f"    {name} attached at {place}, since {scope['since']}"
        for span in record["spans"]:
            at = span["started"]
            place = f" at {shorten(at['file'])}:{at['line']}" if at else ""
            yield f"  span '{span['name']}' started{place}, {span['since']}"

    def _line(self, line: diagnostic.Line) -> str:
        return "".join(self._paint(text, *_STYLES[style]) for style, text in line).rstrip()

    def summary(self, record: Mapping[str, Any]) -> str:
        """The block that is written when the process ends."""
        crossings = record["crossings"]
        total = sum(sum(by_verdict.values()) for by_verdict in crossings.values())
        found = "no findings"
        wrong = [finding for finding in record["findings"] if finding["severity"] != "info"]
        if wrong:
            found = _count(len(wrong), "finding")
        if record["sent_away"]:
            found += " in this process"
        head = self._paint(found, *((_BOLD, _RED) if wrong else (_GREEN,)))
        roots = _count(record["roots"], "root span")
        lines = [f"ctxwatch: {head}; {_count(total, 'hand-off')} seen, {roots}"]
        if record["unsampled"]:
            lines.append(f"  {_count(record['unsampled'], 'span')} not sampled: that is no loss")
        for finding in record["findings"]:
            times = f", {finding['count']} times" if finding["count"] > 1 else ""
            site = self._paint(f"{shorten(finding['file'])}:{finding['line']}", *_STYLES["place"])
            lines.append(f"  {self._line(diagnostic.head(finding))}")
            lines.append(f"    {self._glyphs.last} {site}{times}")
            remedy = textwrap.wrap(finding["remedy"]["text"], _width() - 7, break_on_hyphens=False)
            lines += (f"       {line}" for line in remedy)
        width = max((len(name) for name in crossings), default=0)
        for name in sorted(crossings):
            counts = ", ".join(f"{n} {verdict}" for verdict, n in crossings[name].items())
            lines.append(self._paint(f"  {name:<{width}}  {counts}", _DIM))
        for reason, count in record["on_purpose"].items():
            lines.append(self._paint(f"  detached on purpose: {count}, {reason}", _DIM))
        if record["more_findings"]:
            more = _count(record["more_findings"], "finding")
            lines.append(f"  {more} more, with repeats: not told apart")
        if record["dropped"]:
            lines.append(f"  {_count(record['dropped'], 'record')} could not be written")
        return "\n".join(lines)


def _width() -> int:
    """How wide the text is to be, in columns."""
    return max(shutil.get_terminal_size((100, 24)).columns, diagnostic.NARROWEST)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
