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
from weakref import WeakKeyDictionary

from ctxwatch import current, notes
from ctxwatch.model import Crossing, Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from types import FrameType

    from ctxwatch.notes import Note

#: Name under which an asyncio task or a greenlet carries its crossing. They have an
#: instance dictionary; a WeakKeyDictionary would cost a microsecond a task.
TASK_ATTRIBUTE = "_ctxwatch_crossing"

#: Queues of which one unit is known to be a consumer.
MOST_CONSUMED = 1_000

#: In the context of a loop's callback: the crossing that led to it.
_callback: contextvars.ContextVar[Crossing | None] = contextvars.ContextVar(
    "ctxwatch_callback", default=None
)

#: What a unit has in hand, by the queue that it is from; None as in `items`.
Items = dict[object, "Crossing | Note | None"]

_TASK_ITEMS = "_ctxwatch_items"
_CONSUMED = "_ctxwatch_consumed"

#: What the units carry that have no room for attributes, as trio's tasks.
_slotted: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()
_threads: dict[int, Crossing | Note] = {}
_items: dict[int, Items] = {}
#: Queues of which a thread is known to be a consumer.
_consumed: dict[int, set[object]] = {}
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


def carried(unit: Any, name: str = TASK_ATTRIBUTE) -> Any:
    """What the task or greenlet *unit* carries under *name*: by default the crossing behind it."""
    found = getattr(unit, name, None)
    if found is None and _slotted:
        found = _slotted.get(unit, {}).get(name)
    return found


def carry(unit: Any, value: object, name: str = TASK_ATTRIBUTE) -> None:
    """Have the task or greenlet *unit* carry *value* under *name*: see `carried`."""
    watch_tasks()
    try:
        setattr(unit, name, value)
    except AttributeError:
        _slotted.setdefault(unit, {})[name] = value


def enter_thread(crossing: Crossing) -> Crossing | None:
    """Note that *crossing* led to what runs in this thread from now on.

    Or in this greenlet, or trio task. Returns what stood there before, for `leave_thread`.
    """
    unit = current.light_unit()
    if unit is not None:
        previous = _unfolded(carried(unit))
        carry(unit, crossing if _explains(crossing) else None)
        return previous
    ident = current.get_ident()
    before = _unfolded(_threads.get(ident))
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
    if here is note and ident not in _items:
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
        carry(unit, before)
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
    carry(task, crossing)
    return True


_tasks_have_lineage = False


def unfold(note: Note) -> Crossing:
    """The crossing of *note*, that led to the running unit, the same from now on."""
    crossing = notes.crossing_of(note)
    crossing.arrival = crossing.origin
    crossing.verdict = Verdict.KEPT
    unit = current.unit_here()
    if unit is not None and unit is not current.LOOP:
        carry(unit, crossing)
    else:
        crossing.running = True
        _threads[current.get_ident()] = crossing
    return crossing


def any_here() -> bool:
    """Whether any unit of this process has a lineage: a cheap question before `here`."""
    return bool(_threads or _items) or _tasks_have_lineage


def context_for_callback(crossing: Crossing) -> contextvars.Context:
    """A copy of the current context, in which callbacks of a loop have *crossing* for theirs."""
    context = contextvars.copy_context()
    if _explains(crossing):
        watch_tasks()
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
    held: Items | None
    here = current.unit_here()
    if here is None:
        ident = current.get_ident()
        unit, held = _threads.get(ident), _items.get(ident)
    elif here is current.LOOP:
        unit, held = _callback_here(), None
    else:
        unit = carried(here) or (_eager.get(current.get_ident()) if _eager else None)
        held = carried(here, _TASK_ITEMS)
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
    crossing = notes.crossing_of(note)
    crossing.arrival = crossing.origin
    crossing.verdict = Verdict.KEPT
    crossing.running = True
    held = items() or {}
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


def items(*, create: bool = False) -> Items | None:
    """The items that the running unit has taken and not finished, by the queue they are from.

    None stands for an item that was put in where no span was current.
    """
    unit = current.unit_here()
    if unit is None:
        ident = current.get_ident()
        return _items.setdefault(ident, {}) if create else _items.get(ident)
    return None if unit is current.LOOP else items_of(unit, create=create)


def items_of(unit: Any, *, create: bool = False) -> Items | None:
    """The same for the task or greenlet *unit*, which need not be the running one."""
    held: Items | None = carried(unit, _TASK_ITEMS)
    if held is None and create:
        held = {}
        carry(unit, held, _TASK_ITEMS)
    return held


def unit_id() -> int:
    """A number for the running unit, unique among those that are alive."""
    unit = current.unit_here()
    return current.get_ident() if unit is None or unit is current.LOOP else id(unit)


def enter_worker(start: Crossing) -> None:
    """The running thread is a worker that *start* started, and that inherited a context."""
    _workers[current.get_ident()] = start


def worker_here() -> Crossing | None:
    """What started the worker that runs here, None if that inherited nothing."""
    return _workers.get(current.get_ident()) if _workers else None


def leave_worker() -> Crossing | None:
    """The running worker has ended: drop what `worker_here` returned, and return it."""
    return _workers.pop(current.get_ident(), None) if _workers else None


def end_of_thread() -> list[Crossing]:
    """The running thread has ended: drop its items, and return them."""
    unit = current.light_unit()
    if unit is not None:
        return end_of_unit(unit)
    ident = current.get_ident()
    return _last_items(_items.pop(ident, None), _consumed.pop(ident, ()))


def end_of_unit(unit: Any) -> list[Crossing]:
    """The task or greenlet *unit* has ended: drop its items, and return them."""
    held = items_of(unit)
    ended = _last_items(held, carried(unit, _CONSUMED) or ())
    if held:
        held.clear()
    return ended


def _last_items(held: Items | None, consumed: Collection[object]) -> list[Crossing]:
    """What an ended unit had in hand, by what is known of it.

    A unit that worked on an item and then asked for the next one is a consumer, so
    the last one counts as well. One that never did may just have waited for a
    result, and gone on to work of its own.
    """
    ended = []
    for queue, crossing in (held or {}).items():
        if isinstance(crossing, Crossing):
            ended.append(crossing)
            if queue not in consumed:
                crossing.roots = None
    return ended


def consumes(queue: object) -> None:
    """The running unit asked *queue* for the next item after it began a span for the last."""
    unit = current.running_task() or current.light_unit()
    if unit is None:
        known = _consumed.setdefault(current.get_ident(), set())
    else:
        known = carried(unit, _CONSUMED)
        if known is None:
            known = set()
            carry(unit, known, _CONSUMED)
    if len(known) < MOST_CONSUMED:
        known.add(queue)


def watch_tasks() -> None:
    """From now on `here` looks at tasks too. Called with the first task that has a lineage."""
    global _tasks_have_lineage  # noqa: PLW0603 - a latch that saves two lookups on every hand-off
    _tasks_have_lineage = True


#: Whether a span needs a look at its unit also where its parent is open.
open_parents = False


def watch_open_parents() -> None:
    """Something was lost, and may be carried by hand; or this is a fork, whose spans never end."""
    global open_parents  # noqa: PLW0603 - a latch that saves every span of a healthy program that look
    open_parents = True


def forget() -> None:
    """Drop all lineage, for uninstall."""
    _threads.clear()
    _items.clear()
    _consumed.clear()
    _workers.clear()
    _eager.clear()


def _after_fork() -> None:
    """Only the thread that forked lives on in the child; the parent settles its crossings."""
    watch_open_parents()
    mine = current.get_ident()
    for table in (_threads, _items, _consumed, _workers):
        for ident in [ident for ident in table if ident != mine]:
            del table[ident]
    crossing = _threads.get(mine)
    while isinstance(crossing, Crossing):
        crossing.roots = None
        crossing.running = False
        crossing = crossing.parent


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
