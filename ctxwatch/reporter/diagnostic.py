"""A finding laid out for a terminal, as compilers lay out their errors.

From top to bottom it follows the work: the line that handed it over with the
span that was current there, the hops in between, the line that started the
flagged span; then why, and what mends it. The layout is the same wherever a
finding is shown. It has no colours: each piece of text comes with the name of
its style, and the two terminals, in the watched process and in
``ctxwatch report``, paint these each in its own way.
"""

from __future__ import annotations

import linecache
import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

from ctxwatch.reporter.paths import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Pieces of text with the names of their styles: ``error``, ``warning``, ``info``,
#: ``title``, ``place``, ``source``, ``label``, ``paste``, ``dim`` or ``plain``.
Line = list[tuple[str, str]]

#: Narrower than this, text is wrapped at this width all the same.
NARROWEST = 40


class Glyphs(NamedTuple):
    """The characters that draw the line along which the work went."""

    first: str
    next: str
    bar: str
    gap: str
    last: str
    label: str
    cut: str


UNICODE = Glyphs("╭─", "├─", "│", "┆", "╰─", "╰╴", "…")
ASCII = Glyphs(",-", "|-", "|", ":", "`-", "^ ", "...")


def glyphs(encoding: str | None) -> Glyphs:
    """The glyphs that a terminal of that *encoding* can show."""
    return UNICODE if (encoding or "").lower().replace("-", "") == "utf8" else ASCII


class Labels(NamedTuple):
    """What happened at each of a finding's lines, in words; None where there is nothing to say.

    *site* is the line of the hand-off, *inherited* the one that started the
    unit whose wrong context was passed on, *span* the one that started the span.
    """

    site: str | None
    inherited: str | None
    span: str | None


_PARENTLESS = "{span} starts here without a parent"
_LATE = "{span} starts here under {actual}, which had ended"
_WORKER = "what is started here goes on under {actual}"
_HANDED_OVER = "handed over here under {expected}"

#: The labels of each family of findings.
_LABELS = {
    "parent_lost": Labels("{expected} is current here, and does not come along", None, _PARENTLESS),
    "parent_stale": Labels(_HANDED_OVER, _WORKER, _LATE),
    "parent_leaked": Labels(_HANDED_OVER, _WORKER, _LATE),
    "parent_missing": Labels(
        "{actual} starts here, and never arrives", None, "{span} starts here under {actual}"
    ),
    "late_child": Labels(_HANDED_OVER, None, _LATE),
    "entry_without_carrier": Labels(
        "sent here under {expected}, without a trace in its headers", None, _PARENTLESS
    ),
}

#: The same where no parent is known that the span should have.
_ORPHANED = {
    "parent_stale": Labels(_WORKER, None, _LATE),
    "parent_leaked": Labels(_WORKER, None, _LATE),
    "entry_without_carrier": Labels(
        "the headers that are read here have no trace", None, _PARENTLESS
    ),
}
_OTHERS = Labels(None, None, "{span} starts here")


def labels(finding: Mapping[str, Any]) -> Labels:
    """Say what happened at the lines of *finding*, a record of the log."""
    family, expected = finding["family"], finding["expected_parent"]
    told = _LABELS.get(family, _OTHERS)
    if expected is None:
        told = _ORPHANED.get(family, told)
    names = {
        "span": f"'{finding['span_name']}'",
        "expected": _name(expected),
        "actual": _name(finding["actual_parent"]),
    }
    return Labels(*(None if text is None else text.format_map(names) for text in told))


def _name(span: Mapping[str, Any] | None) -> str:
    return f"'{span['name']}'" if span is not None and span["name"] is not None else "another span"


class Stop(NamedTuple):
    """A line of code on the way of the work.

    *what* says how the work got there, where that needs a word, *label* what
    happened there, *onward* by which hand-off it went on.
    """

    what: str
    file: str
    line: int
    function: str | None
    label: str | None
    onward: str


#: What happened to a scope at one of its lines, by the step's role.
_STEPS = {
    "attached": "{scope} is attached here",
    "block": "for this block",
    "yield": "and held over this yield",
    "read": "read by this loop, which was left",
    "detached": "{scope} is detached here",
    "inner": "this is attached inside of it",
    "inner_detached": "and detached here, which brings {scope} back",
}


def _scope_stops(finding: Mapping[str, Any]) -> Iterator[Stop]:
    """The lines at which something happened to a scope that went wrong."""
    scope = finding["scope"]
    span = scope["span"]
    name = f"'{span['name']}'" if span is not None and span["name"] is not None else "the context"
    for step in scope["steps"]:
        label = _STEPS[step["role"]].format(scope=name)
        onward = f"in {unit({'pid': finding['pid']} | step['unit'])}" if step["unit"] else ""
        yield Stop("", step["file"], step["line"], step["function"], label, onward)
    if finding["span_file"] is not None:
        label = f"'{finding['span_name']}' starts here under {name}"
        yield Stop("", finding["span_file"], finding["span_line"], None, label, "")
    elif not scope["steps"]:
        place = finding["code.file.path"], finding["code.line.number"]
        yield Stop("", *place, finding["code.function.name"], f"{name} starts here", "")


def stops(finding: Mapping[str, Any]) -> Iterator[Stop]:
    """The lines of code that the work passed, first one first."""
    if finding.get("scope"):
        yield from _scope_stops(finding)
        return
    told = labels(finding)
    inherited, library, hops = finding["inherited"], finding["library"], finding["hops"]
    site = finding["code.file.path"], finding["code.line.number"]
    if inherited and (inherited["file"], inherited["line"]) != site:
        place = inherited["file"], inherited["line"], inherited["function"]
        yield Stop("", *place, told.inherited, inherited["boundary"])
    first = _onward(hops[0]) if hops else ""
    function = finding["code.function.name"]
    yield Stop("", *site, function, told.site, "" if library else first)
    if library:
        place = library["file"], library["line"], library["function"]
        yield Stop("inside ", *place, None, first)
    for hop in hops[1:]:
        yield Stop("then ", hop["file"], hop["line"], hop["function"], None, _onward(hop))
    if finding["span_file"] is not None:
        yield Stop("", finding["span_file"], finding["span_line"], None, told.span, "")


def _onward(hop: Mapping[str, Any]) -> str:
    # What a unit inherits when it is started has no verdict.
    return f"{hop['boundary']}: {hop['verdict']}" if hop["verdict"] else str(hop["boundary"])


def head(finding: Mapping[str, Any]) -> Line:
    """Severity, code and one sentence."""
    severity = finding["severity"]
    return [
        (severity, f"{severity}[{finding['code']}]"),
        ("plain", ": "),
        ("title", finding["headline"]),
    ]


def body(finding: Mapping[str, Any], width: int, drawn: Glyphs) -> Iterator[Line]:
    """The lines below `head`, *width* columns wide except for code to paste."""
    width = max(width, NARROWEST)
    way = list(stops(finding))
    margin = max(len(str(stop.line)) for stop in way) + 1
    for number, stop in enumerate(way, 1):
        is_last = number == len(way)
        corner = drawn.last if is_last else drawn.first if number == 1 else drawn.next
        yield from _stop(stop, margin, width, corner, drawn, bar=" " if is_last else drawn.bar)
        if not is_last:
            yield [("dim", f"{'':{margin}}{drawn.gap} {stop.onward}")]
    yield []
    for what, text, style in (
        ("ran in", unit(finding), "dim"),
        ("trace", _trace(finding), "dim"),
        ("seen", _seen(finding), "dim"),
        ("why", finding["cause"], "plain"),
        ("mend", finding["remedy"]["text"], "plain"),
    ):
        # An id that is cut in two cannot be searched for.
        lines = textwrap.wrap(
            text, width - margin - 7, break_long_words=False, break_on_hyphens=False
        )
        for number, line in enumerate(lines):
            yield [("label", f"{'':{margin}}{'' if number else what:<7}"), (style, line)]
    yield []
    for code in finding["remedy"]["code"].rstrip().splitlines():
        yield [("paste", f"{'':{margin + 7}}{code}")]
    yield []
    yield [("label", f"{'':{margin}}{'more':<7}"), ("plain", f"ctxwatch explain {finding['code']}")]


def _stop(
    stop: Stop, margin: int, width: int, corner: str, drawn: Glyphs, bar: str
) -> Iterator[Line]:
    place: Line = [
        ("dim", f"{'':{margin}}{corner} "),
        ("plain", stop.what),
        ("place", f"{shorten(stop.file)}:{stop.line}"),
    ]
    if stop.function is not None:
        place.append(("dim", f" in {stop.function}"))
    yield place
    source = linecache.getline(stop.file, stop.line).strip()
    if source:
        room = width - margin - 4
        if len(source) > room:
            source = source[: room - len(drawn.cut)] + drawn.cut
        yield [("dim", f"{stop.line:>{margin - 1}} {bar}   "), ("source", source)]
    mark = drawn.label
    for line in textwrap.wrap(stop.label or "", width - margin - 4 - len(mark)):
        yield [("dim", f"{'':{margin}}{bar}   "), ("label", mark + line)]
        mark = " " * len(mark)


def unit(record: Mapping[str, Any]) -> str:
    """The thread, task and process in which *record* was written."""
    name = f"thread {record['thread_name'] or record['thread_id']}"
    if record["task"]:
        name += f", task {record['task']}"
    return f"{name}, pid {record['pid']}"


def _trace(finding: Mapping[str, Any]) -> str:
    trace_id, expected = finding["trace_id"] or "", finding["expected_parent"]
    if expected is None or expected["trace_id"] == trace_id:
        return str(trace_id)
    return f"{trace_id}, belongs to {expected['trace_id']} under span {expected['span_id']}"


def _seen(finding: Mapping[str, Any]) -> str:
    """How often, where a report has added up the repeats of several processes."""
    if "processes" not in finding or finding["count"] == 1:
        return ""
    where = f" in {finding['processes']} processes" if finding["processes"] > 1 else ""
    return f"{finding['count']} times{where}, last at {finding['last_seen']}"
