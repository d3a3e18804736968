"""`queue.SimpleQueue`, which is C: a stand-in is put in its place in the module `queue`.

Handed over: an item, as by the other queues (see `ctxwatch.boundaries.queues`, whose
ledger this uses). `put` and `get` are seen without a mutex around them: a put is
noted right before, a get right after. So where one object is in the queue more than
once, put in under different spans, nobody can tell which of them came out: that item
goes unseen.

Skipped: the queues inside executors and pools, which get the C class as ever;
whoever imported the name earlier; and gevent's, where that has put its own there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctxwatch import items, patching, units
from ctxwatch.boundaries import queues
from ctxwatch.boundaries.stand_ins import stand_in
from ctxwatch.guard import Probe
from ctxwatch.model import Crossing
from ctxwatch.sites import Calls

if TYPE_CHECKING:
    from types import ModuleType

_BOUNDARY = "queue.SimpleQueue.put"
_CALLS = Calls({("simple_queues.py", "put_nowait"): "queue.SimpleQueue.put_nowait"})

_put = Probe("queue.SimpleQueue.put")
_get = Probe("queue.SimpleQueue.get")


def _watched(plain: Any) -> Any:  # noqa: C901 - one class
    def put(self: Any, item: Any, block: bool = True, timeout: float | None = None) -> None:  # noqa: FBT001, FBT002 - as the C class has it
        if _put.on:
            try:
                queues.note_put(queues.ledger_of(self), item, _BOUNDARY, _CALLS)
            except Exception:  # the program must not notice
                _put.failed()
        plain.put(self, item, block, timeout)

    def put_nowait(self: Any, item: Any) -> None:
        self.put(item)

    def get(self: Any, block: bool = True, timeout: float | None = None) -> Any:  # noqa: FBT001, FBT002 - as the C class has it
        if _get.on:
            try:
                items.finish(queues.ledger_of(self))
            except Exception:  # the program must not notice
                _get.failed()
        item = plain.get(self, block, timeout)
        if _get.on:
            try:
                _note_get(queues.ledger_of(self), item)
            except Exception:  # the program must not notice
                _get.failed()
        return item

    def get_nowait(self: Any) -> Any:
        return self.get(block=False)

    return stand_in(plain, (put, put_nowait, get, get_nowait), queues.ledger_of, _put)


def _note_get(ledger: queues.Ledger, item: object) -> None:
    puts = ledger.origins.get(id(item)) or ()
    origins = [put.origin.context if isinstance(put, Crossing) else None for put in puts]
    if len({None if context is None else context.span_id for context in origins}) > 1:
        for _ in tuple(puts):
            ledger.take(item, last=False)
        ledger.consumers.add(units.unit_id())
        items.take(ledger, None)
        return
    queues.note_get(ledger, item)


def _install(module: ModuleType) -> None:
    if module.SimpleQueue.__module__ == "_queue":
        patching.put(module, "SimpleQueue", _watched(module.SimpleQueue))


PROBES = {"queue": _install}
