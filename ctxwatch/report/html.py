"""Findings as one HTML page that needs nothing else: no network, no server, no other file.

The page is drawn by its own script from the data that is embedded in it, so
that thousands of findings cost no more than the few that are looked at. Whatever
the watched program named is data in JSON and becomes text in the page, never markup.
"""

from __future__ import annotations

import linecache
from collections import Counter
from datetime import datetime, timezone
from importlib import resources
from typing import TYPE_CHECKING, Any

import jinja2
import msgspec
from markupsafe import Markup

from ctxwatch import explain
from ctxwatch._version import __version__
from ctxwatch.report.remarks import remarks
from ctxwatch.reporter import diagnostic
from ctxwatch.reporter.paths import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxwatch.report.load import Log
    from ctxwatch.report.records import Finding
    from ctxwatch.report.traffic import Passage, Traffic

#: The page's own script, one part a file, in the order in which they need each other.
_SCRIPTS = ("dom.js", "trace.js", "findings.js", "map.js", "timeline.js", "main.js")

#: Processes that the timeline offers.
_MOST_PROCESSES = 12


def render(log: Log, findings: list[Finding], traffic: Traffic, by: str | None = None) -> str:
    """The page with *findings*, and the map and the timeline of *traffic*.

    Findings are grouped *by* something at first; the reader can choose otherwise.
    """
    template = jinja2.Template(
        _part("page.html"), autoescape=True, undefined=jinja2.StrictUndefined
    )
    page: str = template.render(
        version=__version__,
        style=_own("page.css"),
        script=_own(*_SCRIPTS),
        data=_in_script(_data(log, findings, traffic) | {"group": by or ""}),
    )
    return page


def _part(name: str) -> str:
    page = resources.files("ctxwatch.report").joinpath("page")
    return page.joinpath(name).read_text(encoding="utf-8")


def _own(*names: str) -> Markup:
    return Markup("\n".join(map(_part, names)))  # noqa: S704 - files of this package


def _in_script(data: dict[str, Any]) -> Markup:
    """*data* as JSON that no HTML parser takes for markup: it has no ``<``, ``>`` or ``&``."""
    text = msgspec.json.encode(data).decode()
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - escaped above


def _data(log: Log, findings: list[Finding], traffic: Traffic) -> dict[str, Any]:
    texts = _Texts()
    return {
        "generated": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "files": log.files,
        "records": log.records,
        "processes": log.processes,
        "remarks": remarks(log),
        "titles": {code: explain.codes().get(code, "") for code in {f.code for f in findings}},
        "findings": [_finding(found, texts) for found in findings],
        "texts": texts.known,
        "crossings": log.crossings,
        "edges": [[*edge, count] for edge, count in traffic.edges.items()],
        "leftOut": traffic.left_out,
        "timeline": list(_timeline(traffic)),
    }


class _Texts:
    """Texts that many findings share, each once; a finding has their places in the list."""

    def __init__(self) -> None:
        self.known: list[str] = []
        self._places: dict[str, int] = {}

    def place(self, text: str) -> int:
        """Where *text* stands in `known`."""
        place = self._places.get(text)
        if place is None:
            place = self._places[text] = len(self.known)
            self.known.append(text)
        return place


def _finding(found: Finding, texts: _Texts) -> dict[str, Any]:
    record = msgspec.to_builtins(found)
    stops = [
        {
            "what": stop.what.strip(),
            "place": f"{shorten(stop.file)}:{stop.line}",
            "function": stop.function,
            "source": linecache.getline(stop.file, stop.line).strip(),
            "label": stop.label,
            "onward": stop.onward,
        }
        for stop in diagnostic.stops(record)
    ]
    return {
        "id": found.fingerprint,
        "code": found.code,
        "family": found.family,
        "severity": found.severity,
        "headline": found.headline,
        "span": found.span_name,
        "trace": found.trace_id,
        "spanId": found.span_id,
        "actual": found.actual_parent,
        "expected": found.expected_parent,
        "boundary": found.boundary,
        "site": f"{shorten(found.file)}:{found.line}",
        "function": found.function,
        "unit": diagnostic.unit(record),
        "inherited": found.inherited,
        "hops": [[hop.boundary, hop.verdict] for hop in found.hops],
        "stops": stops,
        "before": [
            [hop.boundary, hop.verdict, f"{shorten(hop.file)}:{hop.line}"] for hop in found.recent
        ],
        "cause": texts.place(found.cause),
        "remedy": texts.place(found.remedy.text),
        "paste": texts.place(found.remedy.code.rstrip()),
        "count": found.count,
        "processes": found.processes,
        "first": found.timestamp,
        "last": found.last_seen,
    }


def _timeline(traffic: Traffic) -> Iterable[dict[str, Any]]:
    """The processes with the most trouble, each with its hand-offs in the order of their times."""

    def trouble(pid: int) -> int:
        verdicts = Counter(passage.verdict for passage in traffic.passages[pid])
        return -(verdicts["lost"] + verdicts["stale"] + verdicts["leaked"])

    for pid in sorted(traffic.passages, key=trouble)[:_MOST_PROCESSES]:
        passages = sorted(traffic.passages[pid])
        yield {"pid": pid, "passages": [_passage(passage) for passage in passages]}


def _passage(passage: Passage) -> list[Any]:
    left, origin, arrived, arrival, boundary, verdict, file, line = passage
    site = f"{shorten(file)}:{line}"
    return [_milliseconds(left), origin, _milliseconds(arrived), arrival, boundary, verdict, site]


def _milliseconds(timestamp: str) -> float:
    return datetime.fromisoformat(timestamp.replace("Z", "+00:00")).timestamp() * 1000
