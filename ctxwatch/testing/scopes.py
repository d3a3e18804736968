"""What one test, or one block, did: its spans, its crossings, and what was found in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from weakref import ref

from ctxwatch.model import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxwatch.model import Crossing
    from ctxwatch.reporter.records import Record
    from ctxwatch.testing.allowances import Allowance

#: Spans, and crossings, that one scope keeps. A test that makes more is no unit test.
MOST = 10_000

#: Hand-offs whose end is observed, and comes without anybody driving a loop.
_AWAITED = (Kind.ITEM, Kind.THREAD, Kind.TIMER, Kind.QUEUED)


class Span(NamedTuple):
    """A span that was started in a test.

    Attributes:
        name: Its latest name that is known: that at its end, or else at its start.
        trace_id: 32 hexadecimal digits.
        span_id: 16 hexadecimal digits.
        parent_id: The same of its parent, local or remote; None for a root.
    """

    name: str
    trace_id: str
    span_id: str
    parent_id: str | None


class Scope:
    """One test or block, from its start on.

    Attributes:
        outer: The scope around this one, which gets what comes after its end.
        is_open: Whether it has not ended.
        spans: The spans that were started in it, by id, oldest first.
    """

    def __init__(self, outer: Scope | None, allowances: Sequence[Allowance]) -> None:
        self.outer = outer
        self.is_open = True
        self.spans: dict[str, Span] = {}
        self._allowances = tuple(allowances)
        # Weak: an item of a queue that is gone will never arrive.
        self._departed: list[ref[Crossing]] = []
        self._arrived: dict[Crossing, None] = {}
        self._arrived_ids: set[str] = set()
        self._findings: list[Record] = []
        self._known: set[str] = set()

    @property
    def crossings(self) -> tuple[Crossing, ...]:
        """The hand-offs made in this scope whose arrival was seen, and is judged."""
        return tuple(self._arrived)

    def started(self, span: Span) -> None:
        """Take in a span."""
        if len(self.spans) < MOST:
            self.spans[span.span_id] = span

    def ended(self, span_id: str, name: str) -> None:
        """A span has ended, under the name that it has now."""
        span = self.spans.get(span_id)
        if span is not None and span.name != name:
            self.spans[span_id] = span._replace(name=name)

    def departed(self, crossing: Crossing) -> None:
        """Take in a hand-off."""
        if len(self._departed) < MOST:
            self._departed.append(ref(crossing))

    def arrived(self, crossing: Crossing) -> None:
        """Take in the arrival of a hand-off."""
        if len(self._arrived) < MOST:
            self._arrived[crossing] = None
            self._arrived_ids.add(crossing.id)

    def charge(self, finding: Record) -> None:
        """Take in a finding, unless it is allowed or a repetition."""
        if finding["fingerprint"] in self._known:
            return
        self._known.add(finding["fingerprint"])
        if not any(allowance.covers(finding) for allowance in self._allowances):
            self._findings.append(finding)

    def take_findings(self) -> list[Record]:
        """What has been found since this was called last."""
        found, self._findings = self._findings, []
        return found

    def is_working(self) -> bool:
        """Whether work that was handed over under a span is still to be done, or being done.

        asyncio's and trio's tasks do not count: they go on only while their loop runs.
        """
        return any(self._is_under_way(known()) for known in tuple(self._departed))

    def _is_under_way(self, crossing: Crossing | None) -> bool:
        if crossing is None or crossing.kind not in _AWAITED or crossing.leaves_process:
            return False
        if crossing.origin.context is None and crossing.parent is None:
            return False
        if crossing.verdict is None:
            return crossing.id not in self._arrived_ids  # else its parts have arrived, one by one
        if crossing.running or crossing.roots:
            return True
        return crossing.verdict is Verdict.LOST and crossing not in self._arrived

    def forget(self) -> None:
        """Let go of what nobody asks for after the end."""
        self._departed = [known for known in self._departed if self._is_under_way(known())]
        self.spans = {}
        self._arrived = {}
