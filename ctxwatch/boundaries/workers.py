"""Worker threads of pools: what they inherit for life, and their initializers.

No hand-off of its own. A pool starts a worker when something is submitted, or when
the pool is made, and the worker serves others ever after; what is done for one of
them belongs to a work item. Two things are left: whoever carries the context
into the worker (ThreadingInstrumentor does) carries it there for life, so the place
that started the worker is kept to tell whose context its items run in; and the
`initializer` of a `ThreadPoolExecutor` runs at once for the submit that
started the worker.

Called by `ctxwatch.boundaries.threads` for the threads that it skips.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, lineage
from ctxwatch.boundaries.executors import CALLS as _SUBMITS
from ctxwatch.boundaries.pools import THREAD_CALLS
from ctxwatch.model import Kind

if TYPE_CHECKING:
    import threading

    from opentelemetry.trace import Span

_KEY = "_ctxwatch_worker"
#: Where the arguments of the initializer stand in those of a pool's thread.
_AFTER_INITIALIZER = 3

_POOLS = {
    "concurrent.futures.thread": ("ThreadPoolExecutor.submit", _SUBMITS),
    "multiprocessing.pool": ("ThreadPool", THREAD_CALLS),
}


def depart(thread: threading.Thread, work: Any) -> None:
    """Note who starts *thread*, if it is a worker that could inherit something."""
    pool = _POOLS.get(getattr(work, "__module__", None) or "")
    if pool is None or current.span_here() is None:
        return
    boundary, calls = pool
    initializer = _initializer(thread) if boundary == "ThreadPoolExecutor.submit" else None
    if initializer is not None:
        crossing = crossings.depart(
            Kind.ITEM, boundary, calls, depth=3, work=initializer, variant="initializer"
        )
    else:
        crossing = None
    base = crossings.start_of_worker(boundary, calls, depth=3)
    vars(thread)[_KEY] = crossing, base


def is_one(thread: threading.Thread) -> bool:
    """Whether `depart` has noted something about *thread*."""
    return _KEY in vars(thread)


def arrive(thread: threading.Thread, span: Span | None, *, carried: bool) -> None:
    """Take in the arrival of *thread*, in which *span* is going to be current."""
    crossing, base = vars(thread).pop(_KEY, (None, None))
    if base is not None and span is not None:
        base.arrival = current.spot(span)
        base.running = True
        lineage.enter_worker(base)
    if crossing is not None:
        crossings.arrive(crossing, span, carried=carried, thread_name=thread.name)
        crossings.begin_initializer(crossing)


def _initializer(thread: threading.Thread) -> Any:
    """What a worker of `ThreadPoolExecutor` runs first. Python 3.14 has it elsewhere."""
    args: tuple[Any, ...] = vars(thread).get("_args") or ()
    # executor, queue, initializer, its arguments
    initializer: Any = args[2] if len(args) > _AFTER_INITIALIZER else None
    return initializer if callable(initializer) else None
