"""`queue.SimpleQueue`, which is C: a Python subclass is put in its place in the module `queue`.

Handed over: an item, as by the other queues (see `ctxwatch.boundaries.queues`, whose
ledger this uses). `put` and `get` are seen without a mutex around them: a put is
noted right before, a get right after. So where one object is in the queue more than
once, put in under different spans, nobody can tell which of them came out: that item
goes unseen.

Skipped: the queues inside executors and pools, which get the C class as ever;
whoever imported the name earlier; and gevent's, where that has put its own there.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, lineage, patching
from ctxwatch.boundaries import queues
from ctxwatch.guard import Probe

if TYPE_CHECKING:
    from types import ModuleType

_BOUNDARY = "queue.SimpleQueue.put"
_KEY = "_ctxwatch_ledger"
_INSIDE = ("asyncio.", "concurrent.", "ctxwatch", "logging.", "multiprocessing.", "opentelemetry.")

_put = Probe("queue.SimpleQueue.put")
_get = Probe("queue.SimpleQueue.get")


def _watched(plain: Any) -> Any:  # noqa: C901 - one class
    class Stand(type):
        """Takes the queues that were made before for what they are."""

        def __instancecheck__(cls, instance: object) -> bool:
            if cls is SimpleQueue:
                return isinstance(instance, plain)
            return type.__instancecheck__(cls, instance)

    class SimpleQueue(plain, metaclass=Stand):  # type: ignore[misc]
        __doc__ = plain.__doc__

        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            maker = sys._getframe(1).f_globals.get("__name__") or ""
            if not _put.on or (cls is SimpleQueue and maker.startswith(_INSIDE)):
                return plain(*args, **kwargs)
            made = plain.__new__(cls, *args, **kwargs)
            vars(made)[_KEY] = queues.Ledger()
            return made

        def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:  # noqa: FBT001, FBT002 - as the C class has it
            if _put.on:
                try:
                    queues.note_put(vars(self)[_KEY], item, _BOUNDARY)
                except Exception:  # the program must not notice
                    _put.failed()
            plain.put(self, item, block, timeout)

        def put_nowait(self, item: Any) -> None:
            self.put(item)

        def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: FBT001, FBT002 - as the C class has it
            if _get.on:
                try:
                    crossings.finish_item(vars(self)[_KEY])
                except Exception:  # the program must not notice
                    _get.failed()
            item = plain.get(self, block, timeout)
            if _get.on:
                try:
                    _note_get(vars(self)[_KEY], item)
                except Exception:  # the program must not notice
                    _get.failed()
            return item

        def get_nowait(self) -> Any:
            return self.get(block=False)

    for made in (SimpleQueue, SimpleQueue.put, SimpleQueue.get):
        made.__module__ = plain.__module__
        made.__qualname__ = made.__qualname__.rpartition("<locals>.")[2]
    return SimpleQueue


def _note_get(ledger: queues.Ledger, item: object) -> None:
    puts = ledger.origins.get(id(item)) or ()
    origins = [None if put is None else put.origin.context for put in puts]
    if len({None if context is None else context.span_id for context in origins}) > 1:
        for _ in tuple(puts):
            ledger.take(item, last=False)
        ledger.consumers.add(lineage.unit_id())
        crossings.take_item(ledger, None)
        return
    queues.note_get(ledger, item)


def _install(module: ModuleType) -> None:
    if module.SimpleQueue.__module__ == "_queue":
        patching.put(module, "SimpleQueue", _watched(module.SimpleQueue))


PROBES = {"queue": _install}
