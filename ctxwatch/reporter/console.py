"""The records as people read them in a terminal."""

from __future__ import annotations

import linecache
import os
import shutil
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_RESET, _BOLD, _DIM = "\x1b[0m", "\x1b[1m", "\x1b[2m"
_RED, _GREEN, _YELLOW, _CYAN = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m"

_VERDICT_COLOURS = {"kept": _GREEN, "rescued": _GREEN, "empty": _DIM, "detached": _DIM}
_LEVEL_COLOURS = {"warning": _YELLOW, "error": _RED, "debug": _DIM, "info": _CYAN}


class Console:
    """Renders records for a terminal; colours only where *colours* is true.

    The last processor of the reporter's structlog pipeline.
    """

    def __init__(self, *, colours: bool) -> None:
        self._colours = colours

    def __call__(self, logger: object, name: str, record: Mapping[str, Any]) -> str:  # noqa: ARG002 - structlog's interface
        """Render *record*; its ``kind`` decides how."""
        kind = record["kind"]
        if kind == "finding":
            return self._finding(record)
        if kind == "summary":
            return self.summary(record)
        if kind == "snapshot":
            return self._snapshot(record)
        return f"{self._prefix(record)} {record['event']}"

    def _paint(self, text: str, *codes: str) -> str:
        return f"{''.join(codes)}{text}{_RESET}" if self._colours else text

    def _prefix(self, record: Mapping[str, Any]) -> str:
        level = record["level"]
        time = record["timestamp"][11:23]
        return f"ctxwatch {time} {self._paint(f'{level:<7}', _LEVEL_COLOURS.get(level, ''))}"

    def _snapshot(self, record: Mapping[str, Any]) -> str:
        parts = [self._prefix(record), record["event"]]
        verdict = record.get("verdict")
        if verdict is not None:
            parts.append(self._paint(verdict, _VERDICT_COLOURS.get(verdict, _RED)))
        line = f"{shorten(record['code.file.path'])}:{record['code.line.number']}"
        parts.append(self._paint(f"at {line} in {_unit(record)}", _DIM))
        return " ".join(parts)

    def _finding(self, record: Mapping[str, Any]) -> str:
        code = self._paint(record["code"], _BOLD, _RED)
        if record["count"] > 1:
            times = f"{record['count']} times so far"
            return f"{self._prefix(record)} {code} again, {times}: {record['event']}"
        parent, library = record["expected_parent"], record["library"]
        lines = [f"{self._prefix(record)} {code} {self._paint(record['headline'], _BOLD)}"]
        what = "parent" if record["family"] == "parent_missing" else "lost here"
        lines += self._line(what, record["code.file.path"], record["code.line.number"])
        if library:
            lines += self._line("inside", library["file"], library["line"])
        inherited = record["inherited"]
        if inherited and inherited["line"] != record["code.line.number"]:
            lines += self._line("inherited", inherited["file"], inherited["line"])
        lines += self._line("span", record["span_file"], record["span_line"])
        lines.append(f"{'':12}trace {record['trace_id']}, {_unit(record)}")
        if parent:
            lines.append(
                f"  {'belongs':<10}to trace {parent['trace_id']}, under span {parent['span_id']}"
            )
        if len(record["hops"]) > 1:
            way = " > ".join(f"{hop['boundary']} ({hop['verdict']})" for hop in record["hops"])
            lines.append(f"  {'way':<10}{way}")
        lines += _wrapped("why", record["cause"])
        lines += _wrapped("mend", record["remedy"]["text"])
        lines.extend(
            self._paint(f"{'':12}{line}".rstrip(), _GREEN)
            for line in record["remedy"]["code"].splitlines()
        )
        return "\n".join(lines)

    def _line(self, what: str, file: str, line: int) -> list[str]:
        """A line of code by its number and, where the file can be read, by its text."""
        place = self._paint(f"{shorten(file)}:{line}", _BOLD)
        source = linecache.getline(file, line).strip()
        return [f"  {what:<10}{place}", *([f"{'':12}{source}"] if source else [])]

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
            code = self._paint(finding["code"], _RED)
            site = self._paint(f"{shorten(finding['file'])}:{finding['line']}", _BOLD)
            lines.append(f"  {code} {site} {finding['headline']}{times}")
            lines.append(f"         {finding['remedy']['text']}")
        width = max((len(name) for name in crossings), default=0)
        for name in sorted(crossings):
            counts = ", ".join(f"{n} {verdict}" for verdict, n in crossings[name].items())
            lines.append(self._paint(f"  {name:<{width}}  {counts}", _DIM))
        for reason, count in record["on_purpose"].items():
            lines.append(self._paint(f"  detached on purpose: {count}, {reason}", _DIM))
        if record["dropped"]:
            lines.append(f"  {_count(record['dropped'], 'record')} could not be written")
        return "\n".join(lines)


def _wrapped(what: str, text: str) -> list[str]:
    width = max(shutil.get_terminal_size((100, 24)).columns, 40)
    indent = " " * 12
    return textwrap.wrap(text, width, initial_indent=f"  {what:<10}", subsequent_indent=indent)


def shorten(path: str) -> str:
    """*path* relative to the working directory where it is below it."""
    try:
        here = os.getcwd() + os.sep
    except OSError:
        return path
    return path.removeprefix(here)


def _unit(record: Mapping[str, Any]) -> str:
    unit = f"thread {record['thread_name'] or record['thread_id']}"
    if record["task"]:
        unit += f", task {record['task']}"
    return f"{unit}, pid {record['pid']}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
