"""Reads logs and merges what they say: the same finding of many processes becomes one.

    from ctxwatch.report.load import load

    log = load(["logs/", "more.jsonl"])
    for finding in log.findings: ...
    for line in log.broken: ...

The lines go by one at a time, so that what is kept depends on how many
different findings there are and not on how long the logs are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ctxwatch.report import sources
from ctxwatch.report.records import AnyRecord, Finding, Notice, Snapshot, Summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeGuard

#: Different findings that are kept; more than that nobody reads, and they must fit in memory.
MOST_FINDINGS = 50_000

#: Broken lines, and different warnings of the agent, that are named one by one.
MOST_NAMED = 100


class Broken(NamedTuple):
    """A line that is no record: where it stands, from line 1, and why it cannot be read."""

    file: str
    line: int
    problem: str

    def __str__(self) -> str:
        """``file:line: problem``."""
        return f"{self.file}:{self.line}: {self.problem}"


@dataclass
class Log:
    """What the logs say, all processes together.

    Attributes:
        findings: Each with all its repeats, in the order in which they were first read.
        more_findings: Records of findings beyond `MOST_FINDINGS`, which are not kept.
        broken: The first `MOST_NAMED` lines that could not be read.
        broken_count: How many there were in all.
        files: The files that were read.
        records: How many records were read.
        processes: How many processes wrote them; `unfinished` of these wrote no
            summary, because they run still or were killed.
        crossings: Hand-offs by boundary and verdict, from the summaries; so are
            `roots`, `unsampled`, `on_purpose`, `sent_away`, `held_back` and `dropped`.
        warnings: What the agents warned of about themselves, with the number of processes.
    """

    findings: list[Finding] = field(default_factory=list)
    more_findings: int = 0
    broken: list[Broken] = field(default_factory=list)
    broken_count: int = 0
    files: list[str] = field(default_factory=list)
    records: int = 0
    processes: int = 0
    unfinished: int = 0
    crossings: dict[str, dict[str, int]] = field(default_factory=dict)
    roots: int = 0
    unsampled: int = 0
    on_purpose: dict[str, int] = field(default_factory=dict)
    sent_away: int = 0
    held_back: int = 0
    dropped: int = 0
    warnings: dict[str, int] = field(default_factory=dict)


def load(
    paths: Sequence[str],
    *,
    on_snapshot: Callable[[Snapshot], None] | None = None,
    on_bytes: Callable[[int], None] | None = None,
) -> Log:
    """Read the logs that *paths* mean (see `sources.find`) and merge what they say.

    *on_snapshot* gets every snapshot, which the result leaves out; *on_bytes*
    the number of bytes that were read with each step. Raises `UsageError`
    where a file is missing or cannot be read.
    """
    merger = Merger(on_snapshot)
    for name in sources.find(paths):
        splitter = sources.Splitter()
        merger.begin(name)
        for piece in sources.pieces(name):
            merger.read(splitter.feed(piece))
            if on_bytes is not None:
                on_bytes(len(piece))
        merger.read(splitter.end())
    return merger.log()


class _Count:
    """How often one process has seen a finding.

    The records of a process carry a running count. A count of 1 begins a new
    one: the process id, or the whole file, has been used again.
    """

    __slots__ = ("before", "running")

    def __init__(self) -> None:
        self.before = self.running = 0

    def add(self, count: int) -> None:
        if count == 1:
            self.before += self.running
            self.running = 1
        else:
            self.running = max(self.running, count)


class _Merged:
    """One finding, with the counts of each process that has seen it."""

    __slots__ = ("counts", "first")

    def __init__(self, first: Finding) -> None:
        self.first = first
        self.counts: dict[tuple[str, int], _Count] = {}


class Merger:
    """Takes lines of one file after another; `log` is what they add up to."""

    def __init__(self, on_snapshot: Callable[[Snapshot], None] | None = None) -> None:
        self._on_snapshot = on_snapshot
        self._decode = msgspec.json.Decoder(AnyRecord).decode
        self._log = Log()
        self._merged: dict[str, _Merged] = {}
        self._file = ""
        self._processes: dict[tuple[str, int], bool] = {}

    def begin(self, name: str) -> None:
        """Say which file the next lines are from."""
        self._file = name
        if name not in self._log.files:
            self._log.files.append(name)

    def read(self, lines: Iterable[sources.Line]) -> list[Finding]:
        """Take *lines*; return the findings among them that were new."""
        decode = self._decode
        new = []
        for number, text in lines:
            if text is None:
                self._broken(number, f"longer than {sources.LONGEST_LINE} bytes")
                continue
            try:
                record = decode(text)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                self._broken(number, str(error))
                continue
            if self._take(record):
                new.append(record)
        return new

    def _take(self, record: AnyRecord) -> TypeGuard[Finding]:
        """Take one record; whether it is a finding that was not known."""
        self._log.records += 1
        process = self._file, record.pid
        self._processes.setdefault(process, False)
        if isinstance(record, Snapshot):
            if self._on_snapshot is not None:
                self._on_snapshot(record)
        elif isinstance(record, Finding):
            return self._add(record, process)
        elif isinstance(record, Summary):
            self._processes[process] = True
            self._sum_up(record, process)
        elif isinstance(record, Notice) and record.level != "info":
            self._warned(record.event)
        return False

    def log(self) -> Log:
        """All that was read until now. The findings are this object's: take a copy to keep one."""
        log = self._log
        log.findings = [self._total(merged) for merged in self._merged.values()]
        log.processes = len(self._processes)
        log.unfinished = log.processes - sum(self._processes.values())
        return log

    def _total(self, merged: _Merged) -> Finding:
        found, counts = merged.first, merged.counts
        found.count = sum(count.before + count.running for count in counts.values())
        found.processes = len(counts)
        return found

    def _add(self, record: Finding, process: tuple[str, int]) -> bool:
        merged = self._merged.get(record.fingerprint)
        is_new = merged is None
        if merged is None:
            if len(self._merged) >= MOST_FINDINGS:
                self._log.more_findings += 1
                return False
            merged = self._merged[record.fingerprint] = _Merged(record)
        merged.counts.setdefault(process, _Count()).add(record.count)
        first = merged.first
        first.timestamp = min(first.timestamp, record.timestamp)
        first.last_seen = max(first.last_seen, record.timestamp)
        return is_new

    def _sum_up(self, summary: Summary, process: tuple[str, int]) -> None:
        log = self._log
        for tally in summary.findings:
            merged = self._merged.get(tally.fingerprint)
            if merged is not None and tally.count > 1:
                merged.counts.setdefault(process, _Count()).add(tally.count)
        for boundary, verdicts in summary.crossings.items():
            known = log.crossings.setdefault(boundary, {})
            for verdict, count in verdicts.items():
                known[verdict] = known.get(verdict, 0) + count
        for reason, count in summary.on_purpose.items():
            log.on_purpose[reason] = log.on_purpose.get(reason, 0) + count
        log.roots += summary.roots
        log.unsampled += summary.unsampled
        log.sent_away += summary.sent_away
        log.held_back += summary.held_back
        log.more_findings += summary.more_findings
        log.dropped += summary.dropped

    def _warned(self, event: str) -> None:
        warnings = self._log.warnings
        if event in warnings or len(warnings) < MOST_NAMED:
            warnings[event] = warnings.get(event, 0) + 1

    def _broken(self, number: int, problem: str) -> None:
        self._log.broken_count += 1
        if len(self._log.broken) < MOST_NAMED:
            self._log.broken.append(Broken(self._file, number, problem))
