"""What has happened so far: counts of crossings and roots, and who wants to be told.

The boundaries and the span processor put in, the reporter takes out; neither
knows the other.
"""

from __future__ import annotations

from _thread import RLock
from collections import Counter
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ctxwatch.model import Crossing, Finding, Root, Spot, Verdict


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

    def noticed(self, event: str) -> None:
        """The agent has something to say about itself."""

    def process_ends(self) -> None:
        """The process is about to end; nothing comes after."""


#: Lost crossings whose unit has not ended. More than these are taken as they stand.
MOST_HELD = 10_000


class Recorder:
    """Counts of this process, and the one listener."""

    def __init__(self) -> None:
        self.crossings: Counter[tuple[str, Verdict]] = Counter()
        self.roots = 0
        #: Spans that a sampler dropped.
        self.unsampled = 0
        #: Hand-offs that were meant to leave their trace, by the reason given.
        self.on_purpose: Counter[str] = Counter()
        #: Hand-offs to other processes, which tell what became of them themselves.
        self.sent_away = 0
        self.listener: Listener | None = None
        self._held: dict[Crossing, None] = {}
        # Reentrant: a signal handler or a finalizer may hand work over while we count.
        self._lock = RLock()
        #: Whether kept crossings are written too. Read before anything is done for the log.
        self.verbose = False

    def departed(self, crossing: Crossing) -> None:
        """Take in a hand-off whose arrival is still to come."""
        if crossing.leaves_process:
            with self._lock:
                self.sent_away += 1
        if self.verbose and self.listener is not None:
            self.listener.departed(crossing)

    def arrived(self, crossing: Crossing) -> None:
        """Take in the arrival of a crossing, with its verdict."""
        assert crossing.verdict is not None
        with self._lock:
            self.crossings[crossing.boundary, crossing.verdict] += 1
        if self.listener is not None:
            self.listener.arrived(crossing)

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
            self.on_purpose[reason] += 1

    def count_root(self) -> None:
        """Count a root that nobody wants to read about."""
        with self._lock:
            self.roots += 1

    def count_unsampled(self) -> None:
        """Count a span that was started and will never be seen, as its sampler dropped it."""
        with self._lock:
            self.unsampled += 1

    def noticed(self, event: str) -> None:
        """Pass on what the agent has to say about itself."""
        if self.listener is not None:
            self.listener.noticed(event)

    def process_ends(self) -> None:
        """Have the summary written. Called at exit, and where atexit does not run."""
        for crossing in tuple(self._held):
            self.release(crossing)
        if self.listener is not None:
            self.listener.process_ends()

    def reset(self) -> None:
        """Begin anew, in a forked child: what the parent counted is the parent's."""
        self._lock = RLock()  # another thread of the parent may have held it
        self.crossings.clear()
        self.on_purpose.clear()
        self._held.clear()
        self.roots = self.sent_away = self.unsampled = 0


recorder = Recorder()
