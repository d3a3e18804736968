"""Writes what the recorder is told: through a structlog pipeline of our own, to stderr or a file.

The program's structlog configuration is neither read nor changed. structlog
itself is imported with the first record, because that costs as much as
importing the OpenTelemetry SDK.
"""

from __future__ import annotations

import os
import time
from _thread import RLock
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from ctxwatch import current
from ctxwatch.model import QUIET
from ctxwatch.reporter import records
from ctxwatch.reporter.console import Console
from ctxwatch.reporter.limits import Limits
from ctxwatch.reporter.process import is_multiprocessing_child
from ctxwatch.reporter.sink import Sink
from ctxwatch.reporter.snapshots import SnapshotLines
from ctxwatch.reporter.writer import Writer

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

    from ctxwatch.config import Config
    from ctxwatch.model import Crossing, Finding, Site, Spot
    from ctxwatch.recorder import Recorder
    from ctxwatch.scoping.ledger import OpenSpan, Unit

#: Findings that are told apart. A program may put an id into the names of its spans.
MOST_FINDINGS = 1_000
#: Seconds after which a repeated finding is written again, with its count.
REPEAT_AFTER = 60

_RANK = {"debug": 0, "info": 1, "warning": 2}


class _Seen:
    """One finding with all its repeats. `record` is the first one, for the summary."""

    __slots__ = ("count", "record", "written")

    def __init__(self, record: records.Record) -> None:
        self.count = 0
        self.record = record
        self.written = 0.0


class Reporter:
    """The recorder's listener.

    Every record goes to the writer, which keeps them in order: snapshots and roots by `_put`, at
    level debug to be written a moment later; all else by `_write`, at once.
    """

    def __init__(self, config: Config, recorder: Recorder) -> None:
        self._recorder = recorder
        self._limits = Limits()
        self._sink = Sink(config.value("CTXWATCH_LOG_FILE"))
        file_error = self._sink.open_error()
        chosen = config.value("CTXWATCH_LOG_FORMAT")
        if chosen == "auto":
            chosen = "console" if self._sink.is_terminal() else "json"
        self._console = chosen == "console"
        self._writer = Writer(self._sink, self._say_dropped)
        self._snapshot_line = self._console_line if self._console else SnapshotLines().line
        self._logger: Any = None
        self.level = config.value("CTXWATCH_LOG_LEVEL")
        self._seen: dict[str, _Seen] = {}
        self._more_findings = 0
        self._lock = RLock()
        self._summarised_in: int | None = None
        for problem in config.problems:
            self.noticed(f"{problem}; the default is used", level="warning")
        if file_error is not None:
            self.noticed(
                f"CTXWATCH_LOG_FILE={config.value('CTXWATCH_LOG_FILE')!r} cannot be written "
                f"({file_error.strerror}); records go to stderr",
                level="warning",
            )
        _reporters.add(self)

    @property
    def level(self) -> str:
        """The level from which on records are written: ``debug``, ``info`` or ``warning``."""
        return self._level_name

    @level.setter
    def level(self, name: str) -> None:
        self._level_name = name
        self._level = _RANK[name]
        self._recorder.verbose = name == "debug"
        self._put = self._writer.write
        if name == "debug":
            # The import of structlog makes `threading` know the thread that it happens in.
            self._logger = self._logger or self._make_logger()
            self._put = self._writer.put

    def before_fork(self) -> None:
        """Have nothing under way that the child would have, too."""
        self._writer.before_fork()

    def after_fork(self) -> None:
        """Begin anew in the child."""
        self._seen = {}
        self._more_findings = 0
        self._lock = RLock()
        self._sink.dropped = 0
        self._writer.after_fork()
        self._limits = Limits()
        self._recorder.reset()

    def close(self) -> None:
        """Write what waits. What comes after this is written at once."""
        self._writer.close()

    def _say_dropped(self, count: int) -> None:
        self.noticed(
            f"{count} records were dropped: more came than could be written", level="warning"
        )

    def departed(self, crossing: Crossing) -> None:
        """Write the origin side at once, at level debug."""
        if self._level == _RANK["debug"]:
            self._snapshot(crossing, "origin", "debug")

    def arrived(self, crossing: Crossing) -> None:
        """Write the arrival, and the origin with it if that was held back until now."""
        level = "debug" if crossing.verdict in QUIET else "info"
        if self._level > _RANK[level]:
            return
        if self._level > _RANK["debug"]:  # else the origin has been written already
            if not self._limits.allow(crossing):
                return
            self._snapshot(crossing, "origin", level)
        self._snapshot(crossing, "arrival", level)

    def _snapshot(self, crossing: Crossing, side: str, level: str) -> None:
        origin = crossing.origin
        verdict = None if side == "origin" else crossing.verdict
        self._put(
            self._snapshot_line,
            side,
            crossing.boundary,
            origin if side == "origin" else crossing.arrival,
            crossing.site,
            level,
            None if verdict is None else verdict._value_,
            origin.pid,
            crossing.number,
        )

    def taken(self, label: str, spot: Spot, site: Site) -> None:
        """Write a snapshot that the program took by hand."""
        if self._level <= _RANK["info"]:
            self._put(self._snapshot_line, "manual", label, spot, site, "info")

    def found(self, finding: Finding) -> None:
        """Write a finding, or count it if the same one was written lately."""
        fingerprint = records.fingerprint(finding)
        with self._lock:
            seen = self._seen.get(fingerprint)
            if seen is None and len(self._seen) >= MOST_FINDINGS:
                self._more_findings += 1
                if self._more_findings > 1:
                    return
                event = f"there are more than {MOST_FINDINGS} different findings"
                self.noticed(f"{event}: from now on, new ones are only counted", level="warning")
                return
            if seen is None:
                latest = self._recorder.latest(finding.loss)
                seen = self._seen[fingerprint] = _Seen(records.finding(finding, 1, latest))
            seen.count += 1
            count = seen.count
            now = time.monotonic()
            if count > 1 and now - seen.written < REPEAT_AFTER:
                return
            seen.written = now
        self._write(seen.record if count == 1 else records.finding(finding, count))

    def dumped(self, units: Sequence[Unit], spans: Sequence[OpenSpan]) -> None:
        """Write what is open now, whatever the level. A signal handler may call this."""
        self._write(records.dump(units, spans, current.spot(None)))

    def rooted(self, context: object, name: str, reason: str, spot: Spot) -> None:
        """Write a root, at level debug."""
        if self._level == _RANK["debug"]:
            self._put(self._root_line, context, name, reason, spot)

    def noticed(self, event: str, level: str = "info") -> None:
        """Write what the agent has to say about itself."""
        self._write(records.base("notice", event, level, current.spot(None)))

    def process_ends(self) -> None:
        """Write the summary, once, if there is anything to sum up."""
        self.close()
        pid = os.getpid()
        recorder = self._recorder
        if self._summarised_in == pid or not (
            recorder.crossings
            or recorder.roots
            or recorder.unsampled
            or recorder.sent_away
            or self._seen
        ):
            return
        self._summarised_in = pid
        record = self._summary()
        # People want one summary: the main process's. Its children have told their findings.
        for_people = not is_multiprocessing_child()
        if for_people or not self._console:
            self._write(record)
        if for_people and self._sink.path is not None:
            self._tell(record)

    def _tell(self, record: records.Record) -> None:
        stderr = Sink(None)
        colours = stderr.is_terminal() and not os.environ.get("NO_COLOR")
        stderr.write(Console(colours=colours).summary(record))

    def _summary(self) -> records.Record:
        crossings: dict[str, dict[str, int]] = {}
        for (boundary, verdict), count in sorted(self._recorder.crossings.items()):
            crossings.setdefault(boundary, {})[verdict] = count
        findings = [
            {
                "code": seen.record["code"],
                "severity": seen.record["severity"],
                "fingerprint": fingerprint,
                "count": seen.count,
                "headline": seen.record["headline"],
                "span_name": seen.record["span_name"],
                "expected_parent": seen.record["expected_parent"],
                "boundary": seen.record["boundary"],
                "file": seen.record["code.file.path"],
                "line": seen.record["code.line.number"],
                "remedy": seen.record["remedy"],
            }
            for fingerprint, seen in self._seen.items()
        ]
        total = sum(self._recorder.crossings.values())
        event = f"{len(findings)} findings, {total} crossings, {self._recorder.roots} roots"
        record = records.base("summary", event, "info", current.spot(None))
        return record | {
            "crossings": crossings,
            "findings": findings,
            "more_findings": self._more_findings,
            "roots": self._recorder.roots,
            "unsampled": self._recorder.unsampled,
            "on_purpose": dict(self._recorder.on_purpose),
            "sent_away": self._recorder.sent_away,
            "held_back": self._limits.held_back,
            "dropped": self._sink.dropped + self._writer.dropped,
        }

    def _write(self, record: records.Record) -> None:
        level = record["level"]
        if _RANK[level] < self._level and record["kind"] not in ("summary", "dump"):
            return
        self._writer.write(str, self._line(record))

    def _console_line(self, *snapshot: Any) -> str:
        return self._line(records.snapshot(*snapshot))

    def _root_line(self, context: object, name: str, reason: str, spot: Spot) -> str:
        return self._line(records.root(context, name, reason, spot))

    def _line(self, record: records.Record) -> str:
        if self._logger is None:
            self._logger = self._make_logger()
        fields = {key: value for key, value in record.items() if key != "event"}
        line: str = self._logger.msg(record["event"], **fields)
        return line

    def _make_logger(self) -> Any:
        import structlog

        if self._console:
            colours = self._sink.is_terminal() and not os.environ.get("NO_COLOR")
            last: Any = Console(colours=colours)
        else:
            last = structlog.processors.JSONRenderer(default=str)
        return structlog.wrap_logger(
            _Rendered(),
            processors=[_event_after_kind, last],
            wrapper_class=structlog.BoundLogger,
            context_class=dict,
            cache_logger_on_first_use=False,
        )


class _Rendered:
    """What structlog calls with a rendered record. It is the `Writer` that writes."""

    def msg(self, message: str) -> str:
        return message


def _event_after_kind(
    logger: object,  # noqa: ARG001 - structlog's interface
    name: str,  # noqa: ARG001
    record: MutableMapping[str, Any],
) -> dict[str, Any]:
    """Put the message where people look for it when they read the raw lines."""
    ordered = {key: record.pop(key) for key in ("schema", "kind", "event")}
    return {**ordered, **record}


#: The reporters of this process: one, and those that the collector has not taken yet.
_reporters: WeakSet[Reporter] = WeakSet()


def _before_fork() -> None:
    for reporter in tuple(_reporters):
        reporter.before_fork()


def _after_fork() -> None:
    for reporter in tuple(_reporters):
        reporter.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_child=_after_fork)
