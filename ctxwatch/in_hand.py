"""The items that units have taken out of queues, and are at work on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ctxwatch import current, units
from ctxwatch.model import Crossing

if TYPE_CHECKING:
    from collections.abc import Collection

    from ctxwatch.notes import Note

#: Queues of which one unit is known to be a consumer.
MOST_CONSUMED = 1_000
#: What a unit has in hand, by the queue that it is from; None as in `here`.
Items = dict[object, "Crossing | Note | None"]
_ITEMS = "_ctxwatch_items"
_CONSUMED = "_ctxwatch_consumed"
by_thread: dict[int, Items] = {}
#: Queues of which a thread is known to be a consumer.
_consumed: dict[int, set[object]] = {}


def here(*, create: bool = False) -> Items | None:
    """The items that the running unit has taken and not finished, by the queue they are from.

    None stands for an item that was put in where no span was current.
    """
    unit = current.unit_here()
    if unit is None:
        ident = current.get_ident()
        return by_thread.setdefault(ident, {}) if create else by_thread.get(ident)
    return None if unit is current.LOOP else of(unit, create=create)


def of(unit: Any, *, create: bool = False) -> Items | None:
    """The same for the task or greenlet *unit*, which need not be the running one."""
    held: Items | None = units.carried(unit, _ITEMS)
    if held is None and create:
        held = {}
        units.carry(unit, held, _ITEMS)
    return held


def end_of_thread() -> list[Crossing]:
    """The running thread has ended: drop its items, and return them."""
    unit = current.light_unit()
    if unit is not None:
        return end_of_unit(unit)
    ident = current.get_ident()
    return _last_items(by_thread.pop(ident, None), _consumed.pop(ident, ()))


def end_of_unit(unit: Any) -> list[Crossing]:
    """The task or greenlet *unit* has ended: drop its items, and return them."""
    held = of(unit)
    ended = _last_items(held, units.carried(unit, _CONSUMED) or ())
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
        known = units.carried(unit, _CONSUMED)
        if known is None:
            known = set()
            units.carry(unit, known, _CONSUMED)
    if len(known) < MOST_CONSUMED:
        known.add(queue)


def forget() -> None:
    """Drop what the threads have in hand, for uninstall."""
    by_thread.clear()
    _consumed.clear()


def _after_fork() -> None:
    mine = current.get_ident()
    for table in (by_thread, _consumed):
        for ident in [ident for ident in table if ident != mine]:
            del table[ident]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
