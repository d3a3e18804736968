"""How much is written of what happens again and again.

A hand-off that loses its context does so on every request. The first few
snapshots say all that the rest would, so that the rest is counted only: in the
summary, as ``held_back``. Findings are not limited here: their repeats are counted
with the finding itself. At level debug everything is written.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctxwatch.model import Crossing

#: Crossings of one line and verdict that are written in `WINDOW` seconds.
PER_SITE = 10
WINDOW = 60
#: Crossings that a process writes in one second, and in all its life.
PER_SECOND = 200
IN_TOTAL = 100_000
#: Lines that are told apart. More share one allowance.
MOST_SITES = 10_000


class Limits:
    """Says for each crossing whether it is still to be written. `held_back` counts the others."""

    def __init__(self) -> None:
        self.held_back = 0
        self._total = 0
        self._second = (0, 0)
        #: When the window of a line began, and what was written in it.
        self._sites: dict[tuple[int, int, str], tuple[float, int]] = {}

    def allow(self, crossing: Crossing) -> bool:
        """Whether *crossing* is to be written. Two threads at once may both be told yes."""
        if self._allows(crossing):
            self._total += 1
            return True
        self.held_back += 1
        return False

    def _allows(self, crossing: Crossing) -> bool:
        now = time.monotonic()
        assert crossing.verdict is not None
        # By id, as to hash a code object takes a microsecond. A reused id costs a line its first
        # records, no more.
        place = crossing.site.place
        key = id(place[0]), hash(place[1]), crossing.verdict.value
        if key not in self._sites and len(self._sites) >= MOST_SITES:
            key = (0, 0, "")
        began, written = self._sites.get(key, (now, 0))
        if now - began >= WINDOW:
            began, written = now, 0
        if written >= PER_SITE or self._total >= IN_TOTAL:
            return False
        second, in_second = self._second
        if second != int(now):
            second, in_second = int(now), 0
        if in_second >= PER_SECOND:
            return False
        self._sites[key] = began, written + 1
        self._second = second, in_second + 1
        return True
