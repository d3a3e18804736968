"""The records of the log as values, one class a kind.

The fields are those of ``ctxwatch/reporter/schema.json``, where each is described;
``code.file.path``, ``code.line.number`` and ``code.function.name`` are `file`, `line`
and `function` here. Fields that no report needs are left out: the decoder
skips them, which is most of its speed. A field with a default may be absent.
"""

from __future__ import annotations

from typing import Literal

import msgspec

_CODE = {
    "file": "code.file.path",
    "line": "code.line.number",
    "function": "code.function.name",
}

#: Severities, the worst first.
SEVERITIES = ("error", "warning", "info")


class Place(msgspec.Struct, frozen=True):
    """A line of code."""

    file: str
    line: int
    function: str


class Span(msgspec.Struct, frozen=True):
    """A span; *name* is None where it was not known."""

    name: str | None
    trace_id: str
    span_id: str


class Hop(msgspec.Struct, frozen=True):
    """One hand-off on the way from the expected parent to the flagged span."""

    boundary: str
    verdict: str | None
    file: str
    line: int
    function: str


class Inherited(msgspec.Struct, frozen=True):
    """What started the unit that passes a wrong context on, how long ago, and to how many spans."""

    boundary: str
    file: str
    line: int
    function: str
    age_ms: int
    spans: int


class Unit(msgspec.Struct, frozen=True):
    """The thread, and the asyncio task in it, in which a step was made."""

    thread_id: int
    thread_name: str | None
    task: str | None


class Step(msgspec.Struct, frozen=True):
    """A line at which something happened to a scope; *role* says what."""

    role: str
    file: str
    line: int
    function: str
    unit: Unit | None


class Scope(msgspec.Struct, frozen=True):
    """A scope that went wrong, from attach to detach, and the span that it made current."""

    span: Span | None
    steps: tuple[Step, ...]


class Remedy(msgspec.Struct, frozen=True):
    """Advice in words, and the code to paste."""

    text: str
    code: str


class Record(msgspec.Struct, tag_field="kind", kw_only=True):
    """What every record has. *timestamp* is RFC 3339 in UTC to the microsecond."""

    schema: Literal[1]
    timestamp: str
    pid: int
    thread_id: int
    thread_name: str | None
    task: str | None


class Finding(Record, tag="finding", rename=_CODE, kw_only=True):
    """A span with the wrong parent, or none, and the line that caused it.

    As it comes out of `ctxwatch.report.load`, it stands for all its repeats:
    `count` adds up those of all processes, `processes` says how many these are,
    and `timestamp` and `last_seen` are those of its first and its last record.
    """

    code: str
    family: str
    severity: Literal["error", "warning", "info"]
    headline: str
    span_name: str | None
    trace_id: str | None
    span_id: str | None
    actual_parent: Span | None
    expected_parent: Span | None
    boundary: str | None
    crossing: str | None
    file: str
    line: int
    function: str
    library: Place | None = None
    inherited: Inherited | None = None
    scope: Scope | None = None
    span_file: str | None
    span_line: int | None
    hops: tuple[Hop, ...]
    recent: tuple[Hop, ...] = ()
    cause: str
    remedy: Remedy
    fingerprint: str
    count: int
    processes: int = 1
    last_seen: str = ""


class Snapshot(Record, tag="snapshot", rename=_CODE, kw_only=True):
    """The current span on one side of a hand-off; *crossing* pairs the sides."""

    side: Literal["origin", "arrival", "manual"]
    boundary: str | None
    crossing: str | None
    trace_id: str
    span_id: str
    is_valid: bool
    verdict: str | None = None
    file: str
    line: int
    function: str


class Root(Record, tag="root", kw_only=True):
    """A span without parent and without evidence that it should have one."""


class Notice(Record, tag="notice", kw_only=True):
    """The agent about itself."""

    event: str
    level: str


class Dump(Record, tag="dump", kw_only=True):
    """What was open in a process when a signal asked for it."""


class Tally(msgspec.Struct, frozen=True):
    """How often a process has seen one finding."""

    fingerprint: str
    count: int


class Summary(Record, tag="summary", kw_only=True):
    """What a process has seen, written when it ended."""

    crossings: dict[str, dict[str, int]]
    findings: list[Tally]
    roots: int
    unsampled: int = 0
    on_purpose: dict[str, int] = {}
    sent_away: int = 0
    held_back: int = 0
    more_findings: int = 0
    dropped: int


AnyRecord = Finding | Snapshot | Root | Notice | Dump | Summary
