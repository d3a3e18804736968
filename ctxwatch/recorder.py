"""The flight recorder: the latest crossings, counts of all of them, and who wants to be told.

The boundaries and the span processor put in, the reporter takes out; neither
knows the other.
"""

from __future__ import annotations

import itertools
import time
from _thread import RLock, get_ident
from collections import Counter, deque
from typing import TYPE_CHECKING, Protocol

from ctxwatch import current, notes
from ctxwatch.model import QUIET

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.sdk.trace import ReadableSpan, Span

    from ctxwatch.model import Crossing, Finding, Root, Spot, Verdict
    from ctxwatch.notes import Note


class Listener(Protocol):
    """What the reporter does with what is recorded."""

    def departed(self, crossing: Crossing) -> None:
        """Work was handed over; its arrival is not seen yet."""

    def arrived(self, crossing: Crossing) -> None:
        """Both sides of *crossing* and its verdict are known."""

    def found(self, finding: Finding) -> None:
        """A finding is certain."""

    def rooted(self, context: object, name: str, reason: str, spot: Spot) -> None:
        """A span has no parent, and nothing says that it should have one."""

    def noticed(self, event: str, level: str = "info") -> None:
        """The agent has something to say about itself."""

    def process_ends(self) -> None:
        """The process is about to end; nothing comes after."""


class SpanListener(Protocol):
    """Who wants to be told of every recorded span. It keeps none of them alive."""

    def started(self, span: Span) -> None:
        """*span* starts, in the unit that runs here."""

    def ended(self, span: ReadableSpan) -> None:
        """*span* has ended."""


#: Lost crossings whose unit has not ended. More than these are taken as they stand.
MOST_HELD = 10_000
#: Crossings that the ring holds. Few enough to stay in the processor's cache.
RING = 512
#: How many of them stand in a finding.
LATEST = 5
#: Reasons that are told apart.
MOST_REASONS = 1_000


class Deciding:
    """The threads that decide something, each as long as it is in a ``with`` block of this.

    A daemon thread may be about to write a finding when the process ends. What it has
    claimed is not there any more for the thread that writes the summary.
    """

    def __init__(self) -> None:
        self._idents: list[int] = []

    def __enter__(self) -> None:
        """The running thread decides."""
        self._idents.append(get_ident())

    def __exit__(self, *exc_info: object) -> None:
        """The running thread has decided."""
        self._idents.remove(get_ident())

    def wait_for_others(self) -> None:
        """Wait until no other thread decides, for a second at most."""
        ident = get_ident()
        deadline = time.monotonic() + 1
        while any(other != ident for other in self._idents) and time.monotonic() < deadline:
            current.pause(0.001)


class Recorder:
    """Counts of this process, and the one listener."""

    def __init__(self) -> None:
        #: The latest crossings, for the evidence of a finding.
        self.ring: deque[Crossing | Note] = deque(maxlen=RING)
        # An itertools.count needs no lock. The verdict by its value: Enum hashes in Python.
        self._counters: dict[tuple[str, str], itertools.count[int]] = {}
        #: What they were when this process was forked: that was the parent's.
        self._before: dict[tuple[str, str], int] = {}
        self.roots = 0
        #: Spans that a sampler dropped.
        self.unsampled = 0
        #: Hand-offs that were meant to leave their trace, by the reason given.
        self.on_purpose: Counter[str] = Counter()
        #: Hand-offs to other processes, which tell what became of them themselves.
        self.sent_away = 0
        self.listener: Listener | None = None
        self.span_listener: SpanListener | None = None
        self.deciding = Deciding()
        self._held: dict[Crossing, None] = {}
        # Reentrant: a signal handler or a finalizer may hand work over while we count.
        self._lock = RLock()
        #: Whether kept crossings are written too. Read before anything is done for the log.
        self.verbose = False

    def departed(self, crossing: Crossing) -> None:
        """Take in a hand-off whose arrival is still to come."""
        self.ring.append(crossing)
        if crossing.leaves_process:
            with self._lock:
                self.sent_away += 1
        if self.verbose and self.listener is not None:
            self.listener.departed(crossing)

    def arrived(self, crossing: Crossing) -> None:
        """Take in the arrival of a crossing, with its verdict."""
        verdict = crossing.verdict
        assert verdict is not None
        self.counter(crossing.boundary, verdict)()
        if (self.verbose or verdict not in QUIET) and self.listener is not None:
            self.listener.arrived(crossing)

    def counter(self, boundary: str, verdict: Verdict) -> Callable[[], int]:
        """What counts one more crossing of *boundary* with *verdict* when it is called."""
        key = boundary, verdict._value_
        counter = self._counters.get(key)
        if counter is None:
            counter = self._counters.setdefault(key, itertools.count())
        return counter.__next__

    @property
    def crossings(self) -> dict[tuple[str, str], int]:
        """How many crossings have arrived, by boundary and the verdict's value."""
        counts = {key: n - self._before.get(key, 0) for key, n in self._counts().items()}
        return {key: count for key, count in counts.items() if count}

    def _counts(self) -> dict[tuple[str, str], int]:
        # The repr, count(5), is the only way to look at one without counting.
        return {key: int(repr(counter)[6:-1]) for key, counter in tuple(self._counters.items())}

    def latest(self, crossing: Crossing) -> list[Crossing]:
        """What was handed over last, before *crossing*, in the trace that it comes from."""
        context = crossing.origin.context
        if context is None:
            return []
        found: list[Crossing] = []
        try:
            entries = tuple(self.ring)
        except RuntimeError:  # a finalizer that the collector ran has handed something over
            return []
        for entry in reversed(entries):
            if isinstance(entry, tuple):
                if entry[2].trace_id == context.trace_id and entry[5] < crossing.number:
                    found.append(notes.crossing_of(entry))
            elif entry.number < crossing.number:
                origin = entry.origin.context
                if origin is not None and origin.trace_id == context.trace_id:
                    found.append(entry)
            if len(found) == LATEST:
                break
        return found[::-1]

    def hold(self, crossing: Crossing) -> None:
        """Take in the arrival of a lost crossing, whose verdict may still be mended.

        A program that carries its context by hand puts it back inside the work,
        where only the spans of that work can show it.
        """
        if len(self._held) >= MOST_HELD:
            self.release(next(iter(self._held)))
        self._held[crossing] = None

    def release(self, crossing: Crossing) -> None:
        """The verdict of *crossing* is final: its unit has ended, or a finding proves it."""
        if self._held.pop(crossing, self) is None:
            self.arrived(crossing)

    def forget(self, crossing: Crossing) -> None:
        """*crossing*, which waits for its end, was no hand-off after all."""
        self._held.pop(crossing, None)

    def found(self, finding: Finding) -> None:
        """Take in a finding."""
        if self.listener is not None:
            self.listener.found(finding)

    def rooted(self, root: Root, reason: str) -> None:
        """Take in a root that waited for its unit's end and turned out to be its own."""
        self.root(root.context, root.name, reason, root.spot)

    def root(self, context: object, name: str, reason: str, spot: Spot) -> None:
        """Take in a span that has no parent and needs none."""
        self.count_root()
        if self.verbose and self.listener is not None:
            self.listener.rooted(context, name, reason, spot)

    def silenced(self, reason: str) -> None:
        """Count a hand-off that the program means to be what it is."""
        with self._lock:
            if reason not in self.on_purpose and len(self.on_purpose) >= MOST_REASONS:
                reason = "another reason"
            self.on_purpose[reason] += 1

    def count_root(self) -> None:
        """Count a root that nobody wants to read about."""
        with self._lock:
            self.roots += 1

    def count_unsampled(self) -> None:
        """Count a span that was started and will never be seen, as its sampler dropped it."""
        with self._lock:
            self.unsampled += 1

    def noticed(self, event: str, level: str = "info") -> None:
        """Pass on what the agent has to say about itself."""
        if self.listener is not None:
            self.listener.noticed(event, level)

    def process_ends(self) -> None:
        """Have the summary written. Called at exit, and where atexit does not run."""
        self.deciding.wait_for_others()
        for crossing in tuple(self._held):
            self.release(crossing)
        if self.listener is not None:
            self.listener.process_ends()

    def reset(self) -> None:
        """Begin anew, in a forked child: what the parent counted is the parent's."""
        self._lock = RLock()  # another thread of the parent may have held it
        self.deciding = Deciding()
        self.ring.clear()
        self._before = self._counts()
        self.on_purpose.clear()
        self._held.clear()
        self.roots = self.sent_away = self.unsampled = 0


recorder = Recorder()
