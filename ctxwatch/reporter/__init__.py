"""Writes what the recorder is told: through a structlog pipeline of our own, to stderr or a file.

The program's structlog configuration is neither read nor changed. structlog
itself is imported with the first record, because that costs as much as
importing the OpenTelemetry SDK.
"""

from __future__ import annotations

import os
import sys
import time
from _thread import RLock
from typing import TYPE_CHECKING, Any

from ctxwatch import current
from ctxwatch.model import Verdict
from ctxwatch.reporter import records
from ctxwatch.reporter.console import Console
from ctxwatch.reporter.limits import Limits
from ctxwatch.reporter.sink import Sink

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from ctxwatch.config import Config
    from ctxwatch.model import Crossing, Finding, Site, Spot
    from ctxwatch.recorder import Recorder

#: Verdicts that need nobody's attention.
_QUIET = frozenset({Verdict.KEPT, Verdict.EMPTY, Verdict.DETACHED})

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

    Every record goes through `_write`, which the level filters; there is no
    other way to the sink.
    """

    def __init__(self, config: Config, recorder: Recorder) -> None:
        self._recorder = recorder
        self._level = _RANK[config.value("CTXWATCH_LOG_LEVEL")]
        self._limits = Limits()
        self._sink = Sink(config.value("CTXWATCH_LOG_FILE"))
        file_error = self._sink.open_error()
        chosen = config.value("CTXWATCH_LOG_FORMAT")
        if chosen == "auto":
            chosen = "console" if self._sink.is_terminal() else "json"
        self._console = chosen == "console"
        self._logger: Any = None
        self._seen: dict[str, _Seen] = {}
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
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._after_fork)

    def _after_fork(self) -> None:
        self._seen = {}
        self._lock = RLock()
        self._sink.dropped = 0
        self._limits = Limits()
        self._recorder.reset()

    def departed(self, crossing: Crossing) -> None:
        """Write the origin side at once, at level debug."""
        self._snapshot(crossing, "origin", "debug")

    def arrived(self, crossing: Crossing) -> None:
        """Write the arrival, and the origin with it if that was held back until now."""
        level = "debug" if crossing.verdict in _QUIET else "info"
        if self._level > _RANK[level]:
            return
        if self._level > _RANK["debug"]:  # else the origin has been written already
            if not self._limits.allow(crossing):
                return
            self._snapshot(crossing, "origin", level)
        self._snapshot(crossing, "arrival", level)

    def _snapshot(self, crossing: Crossing, side: str, level: str) -> None:
        spot = crossing.origin if side == "origin" else crossing.arrival
        assert spot is not None
        label = f"{crossing.boundary} {side}"
        self._write(records.snapshot(label, side, spot, crossing.site, level, crossing))

    def taken(self, label: str, spot: Spot, site: Site) -> None:
        """Write a snapshot that the program took by hand."""
        self._write(records.snapshot(label, "manual", spot, site, "info", None))

    def found(self, finding: Finding) -> None:
        """Write a finding, or count it if the same one was written lately."""
        fingerprint = records.fingerprint(finding)
        with self._lock:
            seen = self._seen.get(fingerprint)
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

    def rooted(self, context: object, name: str, reason: str, spot: Spot) -> None:
        """Write a root, at level debug."""
        self._write(records.root(context, name, reason, spot))

    def noticed(self, event: str, level: str = "info") -> None:
        """Write what the agent has to say about itself."""
        self._write(records.base("notice", event, level, current.spot(None)))

    def process_ends(self) -> None:
        """Write the summary, once, if there is anything to sum up."""
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
            "roots": self._recorder.roots,
            "unsampled": self._recorder.unsampled,
            "on_purpose": dict(self._recorder.on_purpose),
            "sent_away": self._recorder.sent_away,
            "held_back": self._limits.held_back,
            "dropped": self._sink.dropped,
        }

    def _write(self, record: records.Record) -> None:
        level = record["level"]
        if _RANK[level] < self._level and record["kind"] != "summary":
            return
        if self._logger is None:
            self._logger = self._make_logger()
        fields = {key: value for key, value in record.items() if key != "event"}
        self._logger.msg(record["event"], **fields)

    def _make_logger(self) -> Any:
        import structlog

        if self._console:
            colours = self._sink.is_terminal() and not os.environ.get("NO_COLOR")
            last: Any = Console(colours=colours)
        else:
            last = structlog.processors.JSONRenderer(default=str)
        return structlog.wrap_logger(
            _ToSink(self._sink),
            processors=[_event_after_kind, last],
            wrapper_class=structlog.BoundLogger,
            context_class=dict,
            cache_logger_on_first_use=False,
        )


class _ToSink:
    """What structlog calls with a rendered record."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def msg(self, message: str) -> None:
        self._sink.write(message)


def _event_after_kind(
    logger: object,  # noqa: ARG001 - structlog's interface
    name: str,  # noqa: ARG001
    record: MutableMapping[str, Any],
) -> dict[str, Any]:
    """Put the message where people look for it when they read the raw lines."""
    ordered = {key: record.pop(key) for key in ("schema", "kind", "event")}
    return {**ordered, **record}


def is_multiprocessing_child() -> bool:
    """Whether multiprocessing started this process."""
    process = sys.modules.get("multiprocessing.process")
    return process is not None and process.parent_process() is not None


def is_helper_process() -> bool:
    """Whether this process only serves multiprocessing: it stays silent."""
    arguments = getattr(sys, "orig_argv", sys.argv)
    return any("from multiprocessing.forkserver import main" in text for text in arguments) or any(
        "from multiprocessing.resource_tracker import main" in text for text in arguments
    )
