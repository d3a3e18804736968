"""Findings as Markdown, for a pull request or a ticket."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxwatch.report.remarks import counted, remarks
from ctxwatch.reporter.paths import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxwatch.report.load import Log
    from ctxwatch.report.records import Finding


def render(log: Log, groups: Mapping[str, list[Finding]]) -> str:
    """A table of the findings of *groups*, then each of them, then what *log* adds up to."""
    return "\n".join(_lines(log, groups)) + "\n"


def _lines(log: Log, groups: Mapping[str, list[Finding]]) -> Iterator[str]:
    findings = [found for group in groups.values() for found in group]
    processes = counted(log.processes, "process", "processes")
    yield f"# ctxwatch: {counted(len(findings), 'finding')} in {processes}"
    yield ""
    if findings:
        yield "| code | span | hand-off | times |"
        yield "|---|---|---|---|"
    for found in findings:
        place = _code(f"{shorten(found.file)}:{found.line}")
        yield f"| {found.code} | {_text(str(found.span_name))} | {place} | {found.count} |"
    for heading, group in groups.items():
        level = "##"
        if heading:
            yield from ("", f"## {_text(heading)}")
            level = "###"
        for found in group:
            yield ""
            yield from _finding(found, level)
    extra = remarks(log)
    if extra:
        yield ""
        yield from (f"- {_text(line.strip())}" for line in extra)


def _finding(found: Finding, level: str) -> Iterator[str]:
    yield f"{level} {found.code}: {_text(found.headline)}"
    yield ""
    yield f"- handed over at {_code(f'{shorten(found.file)}:{found.line}')}"
    if found.inherited is not None:
        unit = found.inherited
        yield f"- inherited from {_code(f'{shorten(unit.file)}:{unit.line}')}"
    for hop in found.hops[1:]:
        where = _code(f"{shorten(hop.file)}:{hop.line}")
        verdict = f" ({hop.verdict})" if hop.verdict else ""
        yield f"- then {_text(hop.boundary)} at {where}{verdict}"
    if found.span_file is not None:
        yield f"- the span starts at {_code(f'{shorten(found.span_file)}:{found.span_line}')}"
    yield f"- seen {counted(found.count, 'time')}, last at {found.last_seen}"
    yield from ("", _text(found.cause), "", _text(found.remedy.text), "")
    yield from ("```python", found.remedy.code.rstrip(), "```")


def _text(text: str) -> str:
    """*text* with every character escaped that Markdown or HTML could take for its own."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>&~])", r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    """*text* as code, whatever backticks there are in it."""
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    text = " ".join(text.split()).replace("|", "\\|")
    return f"{fence} {text} {fence}" if "`" in text else f"{fence}{text}{fence}"
