"""What a task or a greenlet carries for us, by name.

Threads have no room for that; what is known of one stands in a table, by its ident.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from ctxwatch import current

#: Name under which an asyncio task or a greenlet carries its crossing. They have an
#: instance dictionary; a WeakKeyDictionary would cost a microsecond a task.
TASK_ATTRIBUTE = "_ctxwatch_crossing"
#: What the units carry that have no room for attributes, as trio's tasks.
_slotted: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()
#: Whether any task or greenlet carries something.
tasks_carry = False


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


def unit_id() -> int:
    """A number for the running unit, unique among those that are alive."""
    unit = current.unit_here()
    return current.get_ident() if unit is None or unit is current.LOOP else id(unit)


def watch_tasks() -> None:
    """From now on, tasks and greenlets may carry something."""
    global tasks_carry  # noqa: PLW0603 - a latch that saves two lookups on every hand-off
    tasks_carry = True
