"""Queues between threads and between tasks: `queue.Queue`, `asyncio.Queue`, janus and their kin.

Handed over: an item. Origin: `_put`, arrival: `_get`, the two methods that every
kind of queue has for its own order; of `queue.Queue` they run under the queue's
mutex, so that puts and gets are seen in the order in which they happen. The item
itself is neither wrapped nor replaced: the queue keeps, beside its items, the
origins by the item's ``id``, which is unique while the item is in the queue.

The work on an item lasts until its unit asks for the next one: `queue.Queue.get`
asks `_qsize` first, `asyncio.Queue.get` asks `empty`. Only then is it known that
the unit is a consumer: whoever puts into the queue that it takes from is using it
as a pool of things to share, and those belong to nobody's request.

Skipped: queues of a class that transforms its items in a `_put` of its own; the
queues that pools and loops use inside. `queue.SimpleQueue`, which is C, gevent's queues
and those of `multiprocessing` have modules of their own.
"""

from __future__ import annotations

import sys
from collections import deque
from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, items, lineage, patching, sites, units
from ctxwatch.guard import Probe
from ctxwatch.lines import Lines
from ctxwatch.model import Crossing, Kind
from ctxwatch.sites import NO_CALLS, Calls

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType

    from ctxwatch.notes import Note

_KEY = "_ctxwatch_ledger"

#: What stands between the user's line and `_put`. asyncio's `put` is a coroutine.
_BETWEEN = frozenset(
    {
        ("queue.py", "put"),
        ("queue.py", "put_nowait"),
        ("asyncio/queues.py", "put"),
        ("asyncio/queues.py", "put_nowait"),
    }
)

#: Items that are in one queue at a time. More go unseen.
MOST_QUEUED = 10_000
#: Units that are known to take from one queue.
MOST_CONSUMERS = 10_000


class Ledger:
    """The origins of the items that are in one queue, and who has put and taken."""

    __slots__ = ("consumers", "origins", "queued", "shared")

    def __init__(self) -> None:
        self.origins: dict[int, deque[Crossing | Note | None]] = {}
        self.queued = 0
        self.consumers: set[int] = set()
        #: Whether a consumer has put something back: then this is no hand-off.
        self.shared = False

    def put(self, item: object, origin: Crossing | Note | None) -> None:
        """Note where *item* comes from; None where no span was current."""
        if self.queued < MOST_QUEUED:
            self.queued += 1
            self.origins.setdefault(id(item), deque()).append(origin)

    def take(self, item: object, *, last: bool) -> Crossing | Note | None:
        """Where *item* came from. *last* takes the latest of several puts of one object."""
        puts = self.origins.get(id(item))
        if puts is None:
            return None
        self.queued -= 1
        origin = puts.pop() if last else puts.popleft()
        if not puts:
            del self.origins[id(item)]
        return origin


_put = Probe("queue.put")
_get = Probe("queue.get")


def ledger_of(queue: Any) -> Ledger:
    """The ledger of *queue*, which keeps it in its ``__dict__``."""
    ledger = vars(queue).get(_KEY)
    if ledger is None:
        ledger = vars(queue)[_KEY] = Ledger()
    found: Ledger = ledger
    return found


def _patch_put(boundary: str, calls: Calls) -> Callable[..., Any]:
    lines = Lines(Kind.QUEUED, boundary, calls, _BETWEEN)

    def make(original: Callable[..., None]) -> Callable[..., None]:
        def _put_item(self: Any, item: Any, *args: Any) -> None:
            original(self, item, *args)
            if _put.on:
                try:
                    if _KEY not in vars(self):
                        ledger_of(self).shared = _is_inner(sys._getframe(2))
                    note_put(ledger_of(self), item, boundary, calls, lines)
                except Exception:  # the program must not notice
                    _put.failed()

        return _put_item

    return make


def _is_inner(putter: FrameType) -> bool:
    """Whether a process pool of the standard library has made the queue, for its own needs."""
    return sites.stdlib_name(putter.f_code.co_filename) == "concurrent/futures/process.py"


def note_put(
    ledger: Ledger, item: object, boundary: str, calls: Calls, lines: Lines | None = None
) -> None:
    """The running unit has put *item* into the queue of *ledger*. Called by what was patched.

    *lines* are those for which a note is enough.
    """
    if ledger.shared:
        return
    origin: Crossing | Note | None = None
    if lines is not None and units.unit_id() not in ledger.consumers:
        origin = lines.note(3)
    if origin is None:
        origin = put_by_unit_here(ledger, boundary, calls, depth=3)
    if not ledger.shared:
        ledger.put(item, origin)


def put_by_unit_here(
    ledger: Ledger, boundary: str, calls: Calls = NO_CALLS, *, depth: int = 2
) -> Crossing | None:
    """The crossing of an item that the running unit puts into the queue of *ledger*.

    None where no span is current. *boundary* and *calls* are as in `crossings.depart`;
    *depth* is how many frames up the queue's caller is.
    """
    if ledger.shared:
        return None
    if units.unit_id() in ledger.consumers:
        ledger.shared = True
        ledger.origins.clear()
        items.drop(ledger)
        return None
    if current.span_here() is None and lineage.here() is None:
        return None
    return crossings.depart(Kind.QUEUED, boundary, calls, depth=depth)


def patch_get(*, last: bool) -> Callable[..., Any]:
    """A patch of ``_get``. *last* says that the queue gives out the latest item first."""

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def _get_item(self: Any, *args: Any) -> Any:
            item = original(self, *args)
            if _get.on:
                try:
                    note_get(ledger_of(self), item, last=last)
                except Exception:  # the program must not notice
                    _get.failed()
            return item

        return _get_item

    return make


def note_get(ledger: Ledger, item: object, *, last: bool = False) -> None:
    """The running unit has taken *item* out of the queue of *ledger*."""
    if ledger.shared:
        return
    if len(ledger.consumers) < MOST_CONSUMERS:
        ledger.consumers.add(units.unit_id())
    items.take(ledger, ledger.take(item, last=last))


def patch_ask(original: Callable[..., Any]) -> Callable[..., Any]:
    """A patch of the method that a queue calls when it is asked for an item."""

    def _ask(self: Any) -> Any:
        if _get.on:
            try:
                ledger = vars(self).get(_KEY)
                if ledger is not None:
                    items.finish(ledger)
            except Exception:  # the program must not notice
                _get.failed()
        return original(self)

    return _ask


def _install(
    names: dict[str, str], asks: str, file: str | None = None
) -> Callable[[ModuleType], None]:
    """Patch the classes in *names*, from their name to their boundary's.

    *asks* is the method that is called when an item is asked for. *file* is the standard
    library's, which tells by what method an item was put.
    """

    def install(module: ModuleType) -> None:
        for class_name, boundary in names.items():
            cls = getattr(module, class_name)
            if cls.__module__ != module.__name__:
                continue  # gevent has put its own, immutable ones there
            # asyncio's `put` calls `put_nowait`, that of the threads' queues is called by it.
            ways = [] if file is None else [(file, "put"), (file, "put_nowait")]
            calls = Calls({way: f"{boundary}.{way[1]}" for way in ways})
            patching.patch(cls, "_put", _patch_put(f"{boundary}.put", calls))
            patching.patch(cls, "_get", patch_get(last=class_name == "LifoQueue"))
            if asks in vars(cls):
                patching.patch(cls, asks, patch_ask)

    return install


_THREAD_QUEUES = {
    "Queue": "queue.Queue",
    "LifoQueue": "queue.LifoQueue",
    "PriorityQueue": "queue.PriorityQueue",
}
_TASK_QUEUES = {
    "Queue": "asyncio.Queue",
    "LifoQueue": "asyncio.LifoQueue",
    "PriorityQueue": "asyncio.PriorityQueue",
}
#: janus has one queue with two faces; its own methods are the same for both.
_JANUS_QUEUES = {
    "Queue": "janus.Queue",
    "LifoQueue": "janus.LifoQueue",
    "PriorityQueue": "janus.PriorityQueue",
}

PROBES = {
    "queue": _install(_THREAD_QUEUES, "_qsize", "queue.py"),
    "asyncio.queues": _install(_TASK_QUEUES, "empty", "asyncio/queues.py"),
    "janus": _install(_JANUS_QUEUES, "_qsize"),
}
