"""The places where work is handed from one unit to another, one module a family.

Each module says what is handed over, where both sides are seen, and what is
skipped and why. Each lists its probes in `PROBES`: for a module of the program,
what to patch once that module has been imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxwatch.boundaries import (
    callbacks,
    carriers,
    deferred,
    executors,
    gevent_queues,
    greenlets,
    loop_callbacks,
    pools,
    process_queues,
    processes,
    queues,
    raw_threads,
    responses,
    schedulers,
    servers,
    simple_queues,
    streams,
    subprocesses,
    tasks,
    threads,
    trio_tasks,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

_FAMILIES = (
    threads,
    executors,
    processes,
    tasks,
    queues,
    simple_queues,
    gevent_queues,
    process_queues,
    streams,
    trio_tasks,
    greenlets,
    pools,
    raw_threads,
    callbacks,
    loop_callbacks,
    servers,
    carriers,
    deferred,
    responses,
    schedulers,
    subprocesses,
)


def _in_turn(name: str) -> Callable[[ModuleType], None]:
    def install(module: ModuleType) -> None:
        for family in _FAMILIES:
            if name in family.PROBES:
                family.PROBES[name](module)

    return install


#: Module name -> what to call with the module right after its import.
PROBES = {name: _in_turn(name) for family in _FAMILIES for name in family.PROBES}
