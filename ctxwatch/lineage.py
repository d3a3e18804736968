"""Who handed the work to the unit that runs now.

Kept apart from contextvars, so that it survives when they do not. Only units
with a loss to explain have an entry: a unit whose context arrived has nothing
that would need explaining.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ctxwatch import current
from ctxwatch.model import Crossing, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

#: Name under which an asyncio task carries its crossing. `_asyncio.Task` has an
#: instance dictionary; a WeakKeyDictionary would cost a microsecond a task.
TASK_ATTRIBUTE = "_ctxwatch_crossing"

_TASK_ITEMS = "_ctxwatch_items"

_threads: dict[int, Crossing] = {}
_items: dict[int, dict[object, Crossing | None]] = {}
#: Crossings of tasks that run before ``create_task`` has returned them (eager tasks).
_eager: dict[int, Crossing] = {}


def arrived(crossing: Crossing) -> None:
    """Work out what *crossing*, whose verdict is known, leaves to be explained."""
    provisional = crossing.provisional and crossing.origin.context is not None
    if crossing.verdict is Verdict.LOST or provisional:
        crossing.loss = crossing
    elif crossing.verdict is Verdict.EMPTY and crossing.parent is not None:
        crossing.loss = crossing.parent.loss
    if crossing.loss is not crossing and crossing.loss is None:
        crossing.parent = None


def enter_thread(crossing: Crossing) -> Crossing | None:
    """Note that *crossing* led to what runs in this thread from now on.

    Returns what stood there before, for `leave_thread`.
    """
    ident = current.get_ident()
    before = _threads.get(ident)
    if _explains(crossing):
        _threads[ident] = crossing
    elif before is not None:
        del _threads[ident]
    return before


def _explains(crossing: Crossing) -> bool:
    """Whether a span of this unit may have to be explained by *crossing*."""
    arrived_with_span = crossing.arrival is not None and crossing.arrival.context is not None
    return crossing.loss is not None or arrived_with_span


def leave_thread(before: Crossing | None) -> None:
    """Undo `enter_thread`: the work item of this thread has ended."""
    if before is None:
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


def tie(task: Any, crossing: Crossing) -> None:
    """Note that *crossing* led to *task*."""
    global _tasks_have_lineage  # noqa: PLW0603 - a latch that saves two lookups on every hand-off
    if _explains(crossing):
        _tasks_have_lineage = True
        setattr(task, TASK_ATTRIBUTE, crossing)


_tasks_have_lineage = False


def any_here() -> bool:
    """Whether any unit of this process has a lineage: a cheap question before `here`."""
    return bool(_threads or _items) or _tasks_have_lineage


def unit_here() -> Crossing | None:
    """The crossing that led to the unit that runs here.

    Inside a running event loop only tasks have a lineage: a callback of the
    loop runs in a context of its own, and what the loop's thread was started
    for says nothing about a request that came in over a socket.
    """
    task = current.running_task()
    if task is not None:
        found: Crossing | None = getattr(task, TASK_ATTRIBUTE, None)
        return found or _eager.get(current.get_ident())
    if current.in_event_loop():
        return None
    return _threads.get(current.get_ident())


def work_here() -> Crossing | None:
    """The crossing that led to the work that is being done here.

    That of the item which the unit took last, if it is still at it, else the unit's own.
    """
    held = items()
    if held:
        return next(reversed(held.values()))
    return unit_here()


def here() -> Crossing | None:
    """The crossing that led to the work being done here, if it has a loss to explain."""
    if not any_here():
        return None
    crossing = work_here()
    return crossing if crossing is not None and crossing.loss is not None else None


Items = dict[object, "Crossing | None"]


def items(*, create: bool = False) -> Items | None:
    """The items that the running unit has taken and not finished, by the queue they are from.

    None stands for an item that was put in where no span was current.
    """
    task = current.running_task()
    if task is None:
        if current.in_event_loop():
            return None
        ident = current.get_ident()
        return _items.setdefault(ident, {}) if create else _items.get(ident)
    held: Items | None = getattr(task, _TASK_ITEMS, None)
    if held is None and create:
        held = {}
        setattr(task, _TASK_ITEMS, held)
        watch_tasks()
    return held


def unit_id() -> int:
    """A number for the running unit, unique among those that are alive."""
    task = current.running_task()
    return current.get_ident() if task is None else id(task)


def end_of_thread() -> list[Crossing]:
    """The running thread has ended: drop its items, and return them."""
    held = _items.pop(current.get_ident(), None)
    return [crossing for crossing in held.values() if crossing is not None] if held else []


def watch_tasks() -> None:
    """From now on `here` looks at tasks too. Called with the first task that has a lineage."""
    global _tasks_have_lineage  # noqa: PLW0603 - a latch that saves two lookups on every hand-off
    _tasks_have_lineage = True


def forget() -> None:
    """Drop all lineage, for uninstall."""
    _threads.clear()
    _items.clear()
    _eager.clear()


def _after_fork() -> None:
    """Only the thread that forked lives on in the child; the parent settles its crossings."""
    mine = current.get_ident()
    for table in (_threads, _items):
        for ident in [ident for ident in table if ident != mine]:
            del table[ident]
    crossing: Crossing | None = _threads.get(mine)
    while crossing is not None:
        crossing.roots = None
        crossing.running = False
        crossing = crossing.parent


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
