"""gevent's queues, which are C: stand-ins are put in their place in `gevent.queue`.

Handed over: an item, as by the other queues (see `ctxwatch.boundaries.queues`, whose
ledger this uses): `_put`, `_get` and `_qsize` of a subclass are called from C. Where
gevent has monkey-patched the module `queue`, its names are replaced as well, and
boundaries are named after it. gevent comes before everything else as a rule, so also
those get the stand-ins who have imported a name before OpenTelemetry was imported.

Skipped: an item that had to wait for room, which the hub puts in when there is some;
channels; queues that gevent makes for itself; a program's subclass that was there before.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ctxwatch import patching
from ctxwatch.boundaries import queues
from ctxwatch.boundaries.stand_ins import stand_in
from ctxwatch.guard import Probe
from ctxwatch.sites import Calls

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = ("SimpleQueue", "Queue", "JoinableQueue", "PriorityQueue", "LifoQueue")
#: The methods that the stand-ins have from their subclass, in older versions not all of them.
_NEEDED = ("_put", "_get", "_qsize")

_put = Probe("gevent.queue.put")


def _watched(plain: Any) -> Any:
    name = plain.__name__
    boundary, monkey = f"gevent.queue.{name}.put", f"queue.{name}.put"
    calls, monkey_calls = (
        Calls({("gevent_queues.py", "put_nowait"): f"{put}_nowait"}) for put in (boundary, monkey)
    )

    def _put_item(self: Any, item: Any) -> None:
        plain._put(self, item)
        if _put.on:
            try:
                if getattr(sys.modules.get("queue"), name, None) is stand:
                    queues.note_put(queues.ledger_of(self), item, monkey, monkey_calls)
                else:
                    queues.note_put(queues.ledger_of(self), item, boundary, calls)
            except Exception:  # the program must not notice
                _put.failed()

    def put_nowait(self: Any, item: Any) -> None:
        self.put(item, False)  # noqa: FBT003 - as the C class does

    _put_item.__name__ = "_put"
    get = queues.patch_get(last=name == "LifoQueue")(plain._get)
    get.__name__ = "_get"
    ask = queues.patch_ask(plain._qsize)
    ask.__name__ = "_qsize"
    stand = stand_in(plain, (_put_item, put_nowait, get, ask), queues.ledger_of, _put)
    return stand


def _namespaces() -> Iterator[tuple[ModuleType, dict[str, Any]]]:
    """The modules that may have imported a queue by its name, and their names."""
    for name, module in tuple(sys.modules.items()):
        if issubclass(type(module), ModuleType) and name.partition(".")[0] not in (
            "ctxwatch",
            "gevent",
        ):
            # Not vars(): that would load a module whose loading the program has put off.
            yield module, object.__getattribute__(module, "__dict__")


def _install(module: ModuleType) -> None:
    stands: dict[int, tuple[Any, Any]] = {}
    for name in _NAMES:
        plain = getattr(module, name, None)
        if plain is None or not all(hasattr(plain, method) for method in _NEEDED):
            continue
        if id(plain) not in stands:  # one may have two names
            stands[id(plain)] = plain, _watched(plain)
        patching.put(module, name, stands[id(plain)][1])
    for user, names in _namespaces():
        for name, value in tuple(names.items()):
            found = stands.get(id(value))
            if found is not None:
                patching.put(user, name, found[1])


PROBES = {"gevent.queue": _install}
