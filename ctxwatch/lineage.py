"""Who handed the work to the unit that runs now.

Kept apart from contextvars, so that it survives when they do not. Only units
with a loss to explain have an entry: a unit whose context arrived has nothing
that would need explaining.
"""

from __future__ import annotations

import contextvars
import os
import sys
from typing import TYPE_CHECKING, Any

from ctxwatch import current, in_hand, notes, units
from ctxwatch.model import Crossing, Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from ctxwatch.notes import Note

#: In the context of a loop's callback: the crossing that led to it.
_callback: contextvars.ContextVar[Crossing | None] = contextvars.ContextVar(
    "ctxwatch_callback", default=None
)
#: What led to the running work, by thread.
_threads: dict[int, Crossing | Note] = {}
#: What started the worker threads that inherited a context.
_workers: dict[int, Crossing] = {}
#: Crossings of tasks that run before ``create_task`` has returned them (eager tasks).
_eager: dict[int, Crossing] = {}


def arrived(crossing: Crossing) -> None:
    """Work out what *crossing*, whose verdict is known, leaves to be explained."""
    provisional = crossing.provisional and crossing.origin.context is not None
    # A worker that keeps a finished request's span puts things under it that are nobody's.
    by_worker = crossing.kind is Kind.QUEUED and crossing.origin.was_over
    if (crossing.verdict is Verdict.LOST or provisional) and not by_worker:
        crossing.loss = crossing
    elif crossing.verdict is Verdict.EMPTY and crossing.parent is not None:
        crossing.loss = crossing.parent.loss
    if crossing.loss is None:
        crossing.parent = None
    else:
        watch_open_parents()


def enter_thread(crossing: Crossing) -> Crossing | None:
    """Note that *crossing* led to what runs in this thread from now on.

    Or in this greenlet, or trio task. Returns what stood there before, for `leave_thread`.
    """
    unit = current.light_unit()
    if unit is not None:
        previous = _unfolded(units.carried(unit))
        units.carry(unit, crossing if _explains(crossing) else None)
        return previous
    ident = current.get_ident()
    before = _threads.get(ident)
    if isinstance(before, tuple):  # the thread's, also where a task of its loop runs
        before = notes.kept_crossing_of(before)
        before.running = True
        _threads[ident] = before
    if _explains(crossing):
        _threads[ident] = crossing
    elif before is not None:
        del _threads[ident]
    return before


def enter_note(note: Note) -> Crossing | Note | None:
    """`enter_thread`, for a hand-off that was kept. `leave_note` takes what this returns."""
    ident = current.get_ident()
    before = _threads.get(ident)
    _threads[ident] = note
    return before


def leave_note(note: Note, before: Crossing | Note | None) -> Crossing | None:
    """Undo `enter_note`, unless there is more to do: then that is for its crossing."""
    ident = current.get_ident()
    here = _threads.get(ident)
    if here is note and ident not in in_hand.by_thread:
        if before is None:
            del _threads[ident]
        else:
            _threads[ident] = before
        return None
    return here if isinstance(here, Crossing) else unfold(note)


def _explains(crossing: Crossing) -> bool:
    """Whether a span of this unit may have to be explained by *crossing*."""
    arrived_with_span = crossing.arrival is not None and crossing.arrival.context is not None
    return crossing.loss is not None or arrived_with_span


def leave_thread(before: Crossing | None) -> None:
    """Undo `enter_thread`: the work item of this thread has ended."""
    unit = current.light_unit()
    if unit is not None:
        units.carry(unit, before)
    elif before is None:
        _threads.pop(current.get_ident(), None)
    else:
        _threads[current.get_ident()] = before


def call_with_task(crossing: Crossing, create: Callable[[], object]) -> object:
    """Create a task and tie *crossing* to it, also while it starts eagerly."""
    ident = current.get_ident()
    before = _eager.get(ident)
    _eager[ident] = crossing
    try:
        task = create()
    finally:
        if before is None:
            _eager.pop(ident, None)
        else:
            _eager[ident] = before
    tie(task, crossing)
    return task


def tie(task: Any, crossing: Crossing) -> bool:
    """Note that *crossing* led to *task*, a greenlet maybe. Whether that may explain something."""
    if not _explains(crossing):
        return False
    units.carry(task, crossing)
    return True


def unfold(note: Note) -> Crossing:
    """The crossing of *note*, that led to the running unit, the same from now on."""
    crossing = notes.kept_crossing_of(note)
    unit = current.unit_here()
    if unit is not None and unit is not current.LOOP:
        units.carry(unit, crossing)
    else:
        crossing.running = True
        _threads[current.get_ident()] = crossing
    return crossing


def any_here() -> bool:
    """Whether any unit of this process has a lineage: a cheap question before `here`."""
    return bool(_threads or in_hand.by_thread) or units.tasks_carry


def context_for_callback(crossing: Crossing) -> contextvars.Context:
    """A copy of the current context, in which callbacks of a loop have *crossing* for theirs."""
    context = contextvars.copy_context()
    if _explains(crossing):
        units.watch_tasks()
        context.run(_callback.set, crossing)
    return context


def _callback_here() -> Crossing | None:
    """The crossing that led to the callback of the loop that runs here.

    Connections and handles that were made in a callback have its context, too: it is
    the callback's own only with that on the stack.
    """
    crossing = _callback.get()
    if crossing is None:
        return None
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code is crossing.work:
            return crossing
        frame = frame.f_back
    return None


def unit_and_work() -> tuple[Crossing | Note | None, Crossing | Note | None]:
    """What led to the unit that runs here, and what led to the work that is being done here.

    The work is the item which the unit took last, if it is still at it, else the unit's own.
    Inside a running event loop only tasks and known callbacks have a lineage: another
    callback of the loop runs in a context of its own, and what the loop's thread was started
    for says nothing about a request that came in over a socket.
    """
    unit: Crossing | Note | None
    held: in_hand.Items | None
    here = current.unit_here()
    if here is None:
        ident = current.get_ident()
        unit, held = _threads.get(ident), in_hand.by_thread.get(ident)
    elif here is current.LOOP:
        unit, held = _callback_here(), None
    else:
        unit = units.carried(here) or (_eager.get(current.get_ident()) if _eager else None)
        held = in_hand.of(here)
    return unit, next(reversed(held.values())) if held else unit


def unfolded(
    unit: Crossing | Note | None, work: Crossing | Note | None
) -> tuple[Crossing | None, Crossing | None]:
    """*unit* and *work*, as `unit_and_work` returns them, as crossings."""
    crossing = _unfolded(unit)
    if work is unit:
        return crossing, crossing
    return crossing, _unfold_item(work) if isinstance(work, tuple) else work


def _unfold_item(note: Note) -> Crossing:
    """The crossing of *note*, an item that the running unit has in hand, the same from now on."""
    crossing = notes.kept_crossing_of(note)
    crossing.running = True
    held = in_hand.here() or {}
    for queue, item in held.items():
        if item is note:
            held[queue] = crossing
    return crossing


def unit_here() -> Crossing | None:
    """The crossing that led to the unit that runs here."""
    return _unfolded(unit_and_work()[0])


def work_here() -> Crossing | None:
    """The crossing that led to the work that is being done here."""
    return unfolded(*unit_and_work())[1]


def _unfolded(found: Crossing | Note | None) -> Crossing | None:
    return unfold(found) if isinstance(found, tuple) else found


def here() -> Crossing | None:
    """The crossing that led to the work being done here, if it has a loss to explain."""
    if not any_here():
        return None
    _, work = unit_and_work()
    return work if isinstance(work, Crossing) and work.loss is not None else None


def enter_worker(start: Crossing) -> None:
    """The running thread is a worker that *start* started, and that inherited a context."""
    _workers[current.get_ident()] = start


def worker_here() -> Crossing | None:
    """What started the worker that runs here, None if that inherited nothing."""
    return _workers.get(current.get_ident()) if _workers else None


def leave_worker() -> Crossing | None:
    """The running worker has ended: drop what `worker_here` returned, and return it."""
    return _workers.pop(current.get_ident(), None) if _workers else None


#: Whether a span needs a look at its unit also where its parent is open.
open_parents = False


def watch_open_parents() -> None:
    """Something was lost, and may be carried by hand; or this is a fork, whose spans never end."""
    global open_parents  # noqa: PLW0603 - a latch that saves every span of a healthy program that look
    open_parents = True


def forget() -> None:
    """Drop all lineage, for uninstall."""
    _threads.clear()
    in_hand.forget()
    _workers.clear()
    _eager.clear()


def _after_fork() -> None:
    """Only the thread that forked lives on in the child; the parent settles its crossings."""
    watch_open_parents()
    mine = current.get_ident()
    for table in (_threads, _workers):
        for ident in [ident for ident in table if ident != mine]:
            del table[ident]
    crossing = _threads.get(mine)
    while isinstance(crossing, Crossing):
        crossing.roots = None
        crossing.running = False
        crossing = crossing.parent


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
