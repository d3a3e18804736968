"""Greenlets of gevent, and its pool of threads.

Handed over: a function to a greenlet, which starts with an empty context, or with the
one that the program has put into its ``gr_context``. Origin and arrival are both
seen by gevent's spawn callback, which every way of starting a `gevent.Greenlet`
calls, `gevent.pool.Pool` and a monkey-patched `_thread` among them; its class is C
and cannot be patched. The end is seen by a link. So no frame of ours stands above
the function.

Also handed over: a function to a `gevent.threadpool.ThreadPool`. Origin: the
`ThreadResult` that `spawn` makes for it. Arrival: what a worker calls before each
function. End: that it sets the result, upon which the program may go on and end.

Skipped: threads that gevent has made greenlets, which `threads` has seen already;
gevent's queues, which `gevent_queues` watches; `spawn_raw` and links, whose end is not seen
without a trace function that would slow every switch; and plain greenlets, which are in
`switches`. What they do is never explained by the hand-offs of the thread that they run in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, lineage, patching, units
from ctxwatch.guard import Probe
from ctxwatch.model import Crossing, Kind, Verdict
from ctxwatch.recorder import recorder
from ctxwatch.sites import Calls

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

_CALLS = Calls(
    {
        ("pool.py", "spawn"): "gevent.pool.Pool.spawn",
        ("pool.py", "apply_async"): "gevent.pool.Pool.apply_async",
        ("pool.py", "map"): "gevent.pool.Pool.map",
        ("pool.py", "map_async"): "gevent.pool.Pool.map_async",
        ("pool.py", "imap"): "gevent.pool.Pool.imap",
        ("pool.py", "imap_unordered"): "gevent.pool.Pool.imap_unordered",
        ("thread.py", "start_new_thread"): "_thread.start_new_thread",
        # It calls C alone: the function below stands in for it.
        ("greenlets.py", "spawn_later"): "gevent.spawn_later",
    }
)
_POOL_CALLS = Calls(
    {("threadpool.py", "submit"): "gevent.threadpool.ThreadPoolExecutor.submit"},
)

#: Hand-offs to pools of threads that have not arrived; more go unseen.
_MOST_WAITING = 10_000

_spawn = Probe("gevent.spawn")
_end = Probe("gevent.Greenlet.link")
_submit = Probe("gevent.threadpool.ThreadPool.spawn")
_run = Probe("gevent.threadpool worker")

#: By the id of the result that a thread is going to set.
_waiting: dict[int, Crossing] = {}
#: What the worker threads do now, by the same id, and what was there before.
_running: dict[int, tuple[Crossing, Crossing | None]] = {}


def _on_spawn(greenlet: Any) -> None:
    if not _spawn.on:
        return
    try:
        work = getattr(greenlet, "_run", None)
        if not _is_thread(work):
            _hand_over(greenlet, work)
    except Exception:
        _spawn.failed()


def _is_thread(work: Any) -> bool:
    """Whether *work* is a `threading.Thread` that gevent starts as a greenlet."""
    return getattr(work, "__module__", None) == "threading" and hasattr(work, "__self__")


def _hand_over(greenlet: Any, work: Any) -> None:
    crossing = crossings.depart(Kind.THREAD, "gevent.spawn", _CALLS, depth=2, work=work)
    if crossing is None:
        return
    if crossing.boundary == "gevent.spawn_later":
        crossing.kind = Kind.TIMER
    context = current.bound_context(work)
    if context is None:
        context = greenlet.gr_context
    crossings.judge_arrival(crossing, None if context is None else current.span_in_context(context))
    crossing.running = True
    lineage.tie(greenlet, crossing)
    # Before any other: who waits for the greenlet may end the program.
    greenlet.rawlink(_on_end)
    if crossing.verdict is Verdict.LOST:
        recorder.hold(crossing)
    else:
        recorder.arrived(crossing)


def _on_end(greenlet: Any) -> None:
    if not _end.on:
        return
    try:
        crossing = units.carried(greenlet)
        crossings.unit_ended(greenlet, crossing)
    except Exception:
        _end.failed()


def _patch_spawn_later(original: Callable[..., Any]) -> Callable[..., Any]:
    def spawn_later(*args: Any, **kwargs: Any) -> Any:
        return original(*args, **kwargs)

    return spawn_later


def _patch_result(original: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - shown in tracebacks under this name
        original(self, *args, **kwargs)
        if _submit.on:
            try:
                _waiting.pop(id(self), None)
                crossing = crossings.depart(
                    Kind.ITEM, "gevent.threadpool.ThreadPool.spawn", _POOL_CALLS
                )
                if crossing is not None and len(_waiting) < _MOST_WAITING:
                    _waiting[id(self)] = crossing
            except Exception:
                _submit.failed()

    return __init__


def _patch_before(original: Callable[..., None]) -> Callable[..., None]:
    def _before_run_task(
        self: Any, func: Any, args: Any, kwargs: Any, thread_result: Any, *more: Any
    ) -> None:
        original(self, func, args, kwargs, thread_result, *more)
        if _run.on:
            try:
                crossing = _waiting.pop(id(thread_result), None)
                if crossing is not None:
                    context = current.bound_context(func)
                    span = (
                        current.span_here() if context is None else current.span_in_context(context)
                    )
                    crossings.arrive(crossing, span)
                    _running[id(thread_result)] = crossing, crossings.begin(crossing)
            except Exception:
                _run.failed()

    return _before_run_task


def _patch_set(original: Callable[..., None]) -> Callable[..., None]:
    def set_result(self: Any, *args: Any) -> None:
        try:
            running = _running.pop(id(self), None)
            if running is not None:
                crossings.finish(*running)
        except Exception:
            _run.failed()
        original(self, *args)

    return set_result


def _install_greenlet(module: ModuleType) -> None:
    module.Greenlet.add_spawn_callback(_on_spawn)


def _install_gevent(module: ModuleType) -> None:
    patching.patch(module, "spawn_later", _patch_spawn_later)


def _install_threadpool(module: ModuleType) -> None:
    worker = getattr(module, "_WorkerGreenlet", None)
    if not hasattr(worker, "_before_run_task"):
        return  # before gevent 20.12
    patching.patch(module.ThreadResult, "__init__", _patch_result)
    patching.patch(worker, "_before_run_task", _patch_before)
    patching.patch(module.ThreadResult, "set", _patch_set)
    patching.patch(module.ThreadResult, "handle_error", _patch_set)


PROBES = {
    "gevent": _install_gevent,
    "gevent.greenlet": _install_greenlet,
    "gevent.threadpool": _install_threadpool,
}
