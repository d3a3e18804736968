"""What is decided when: as soon as it is certain, and no lock of the program is held.

A root whose lineage shows a loss waits for the end of its unit; an arrival seen under
a queue's mutex waits until that is free; and what still runs when the process ends is
decided then.
"""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING

from ctxwatch import exports, inheritance, judge, missing
from ctxwatch.model import Crossing, Root, Stage, Verdict
from ctxwatch.recorder import recorder

if TYPE_CHECKING:
    from opentelemetry.trace import SpanContext

#: Roots that one unit may have waiting for its end. More would say nothing new.
MOST_ROOTS = 50
#: Crossings that wait for `write_due`. More than these do not wait for the program's locks.
MOST_DUE = 10_000
#: Crossings whose arrival is to be recorded, or, with True, that have ended and are to be
#: decided about. They wait for `write_due`.
_due: deque[tuple[Crossing, bool]] = deque()
#: Running units that nobody joins at exit.
_unawaited: dict[Crossing, None] = {}


def over(crossing: Crossing) -> None:
    """The work of *crossing* is over. Decided later: a finalizer may say so, or a mutex be held."""
    if crossing.running:
        crossing.running = False
        _due.append((crossing, True))


def write_due() -> None:
    """Write and decide what had to wait until no lock of the program was held."""
    if missing.due:
        missing.write_due()
    if not _due:  # as nearly always
        return
    with recorder.deciding:
        while _due:
            try:
                crossing, is_over = _due.popleft()
            except IndexError:  # another thread was faster
                return
            if is_over:
                _settle(crossing)
            elif crossing.verdict is not None:  # unless it was dropped since
                arrived(crossing)


def arrived(crossing: Crossing) -> None:
    """Have the arrival of *crossing* recorded, once its verdict is final."""
    if crossing.verdict is Verdict.LOST:
        recorder.hold(crossing)
    else:
        recorder.arrived(crossing)


def ended(crossing: Crossing) -> None:
    """The unit of *crossing* has ended: decide what waited for that."""
    crossing.running = False
    inheritance.decide(crossing, Stage.ENDED)
    _settle(crossing)
    write_due()
    _unawaited.pop(crossing, None)


def has_arrived(crossing: Crossing) -> None:
    """*crossing* has arrived. Written later: the mutex of a queue may be held."""
    if len(_due) >= MOST_DUE:
        write_due()
    _due.append((crossing, False))


def _settle(crossing: Crossing) -> None:
    if crossing.roots:
        with recorder.deciding:
            if crossing.roots:  # else the end of the process was faster
                _decide(crossing.roots, unit_ended=True)
                crossing.roots = None  # only now: as long as it has some, it is not decided
    recorder.release(crossing)


def orphan_or_root(root: Root) -> None:
    """Take in a span that started without a parent although its lineage shows a loss."""
    unit = judge.holder(root.lineage)
    if unit is None:
        _decide([root], unit_ended=False)
        return
    if unit.roots is None:
        unit.roots = []
    if len(unit.roots) == MOST_ROOTS:
        # Keep the first ones, which make the findings, and the latest, which show a loop.
        del unit.roots[MOST_ROOTS // 2]
    unit.roots.append(root)


def carried_by_hand(path: Crossing | None, parent: SpanContext) -> None:
    """A span of *path* has started under *parent*: was that put back after a crossing lost it?"""
    if path is None or path.loss is None or path.loss.verdict is not Verdict.LOST:
        return
    lost = path.loss.origin.context
    if lost is not None and lost.trace_id == parent.trace_id:
        path.loss.verdict = Verdict.KEPT


def decide_at_exit(crossing: Crossing) -> None:
    """Nobody waits for the end of *crossing*'s unit: the process may end before it."""
    _unawaited[crossing] = None


def process_ends() -> None:
    """Decide what waited for an end, and have the summary written."""
    write_due()
    recorder.deciding.wait_for_others()
    for crossing in tuple(_unawaited):
        # As it still runs, only what all began under the open parent is certain.
        if crossing.roots and all(root.parent_open for root in crossing.roots):
            roots, crossing.roots = crossing.roots, None
            _decide(roots, unit_ended=False)
    _unawaited.clear()
    inheritance.process_ends()
    exports.process_ends()
    missing.process_ends()
    recorder.process_ends()


def _decide(roots: list[Root], *, unit_ended: bool) -> None:
    """Write the findings among *roots*, those that one crossing lost judged together."""
    by_loss: dict[Crossing | None, list[Root]] = {}
    for root in roots:
        by_loss.setdefault(root.lineage.loss, []).append(root)
    for loss, group in by_loss.items():
        assert loss is not None
        orphans = judge.orphans(group, unit_ended=unit_ended)
        if orphans:
            loss.verdict = Verdict.LOST  # which a provisional or a mended one was not
            recorder.release(loss)
        for root in orphans:
            recorder.found(judge.parent_lost(root))
        for root in () if orphans else group:
            recorder.rooted(root, f"no proof that it belongs to the hand-off at {loss.boundary}")


if hasattr(os, "register_at_fork"):  # the parent decides about its own threads
    os.register_at_fork(after_in_child=_unawaited.clear)
