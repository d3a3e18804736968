"""Thread pools: `submit`, `map`, `loop.run_in_executor`, `asyncio.to_thread`.

Handed over: a function and its arguments, as a work item. Origin:
`_WorkItem.__init__`, which `ThreadPoolExecutor.submit` calls in the submitter's
thread, also for subclasses that override `submit`. Arrival: `_WorkItem.run`, in
the worker. Both travel with the work item itself, so the function that the
program handed over stays the one that runs; `_WorkItem.run` catches what it
raises, so no frame of ours shows in a traceback.

OpenTelemetry's ThreadingInstrumentor wraps the function in `submit`; what its
wrapper is going to attach is read from the wrapper's closure.

Skipped: process pools, which have a work item class of their own, and what the
OpenTelemetry SDK submits for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, patching
from ctxwatch.guard import Probe
from ctxwatch.model import Crossing, Kind
from ctxwatch.sites import Calls

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from opentelemetry.trace import Span

KEY = "_ctxwatch_crossing"
CALLS = Calls(
    {
        ("concurrent/futures/thread.py", "submit"): "ThreadPoolExecutor.submit",
        ("concurrent/futures/_base.py", "map"): "ThreadPoolExecutor.map",
        ("asyncio/base_events.py", "run_in_executor"): "loop.run_in_executor",
        # uvloop's own run_in_executor has no frame: boundaries/tasks.py stands in for it.
        ("tasks.py", "run_in_executor"): "loop.run_in_executor",
        ("asyncio/threads.py", "to_thread"): "asyncio.to_thread",
    }
)

_submit = Probe("ThreadPoolExecutor.submit")
_run = Probe("concurrent.futures.thread._WorkItem.run")


def _function(item: Any) -> Any:
    """What *item* will call. Python 3.14 keeps it in a tuple named ``task``."""
    return vars(item)["fn"] if "fn" in vars(item) else item.task[0]


def _patch_init(original: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - shown in tracebacks under this name
        original(self, *args, **kwargs)
        if _submit.on:
            try:
                work = unwrapped(_function(self))[0]
                vars(self)[KEY] = crossings.depart(
                    Kind.ITEM, "ThreadPoolExecutor.submit", CALLS, work=work
                )
            except Exception:
                _submit.failed()

    return __init__


def _patch_run(original: Callable[..., None]) -> Callable[..., None]:
    def run(self: Any, *args: Any) -> None:
        crossing: Crossing | None = None
        before: Crossing | None = None
        if _run.on:
            try:
                crossing = vars(self).pop(KEY, None)
                if crossing is not None and self.future.cancelled():
                    crossing = None
                crossings.initialized()
                if crossing is not None:
                    span, carried = _arriving(_function(self))
                    crossings.arrive(crossing, span, carried=carried)
                    before = crossings.begin(crossing)
            except Exception:
                _run.failed()
        original(self, *args)
        if crossing is not None:
            try:
                crossings.finish(crossing, before)
            except Exception:
                _run.failed()

    return run


def unwrapped(function: Any) -> tuple[Any, Any]:
    """The program's function inside ThreadingInstrumentor's wrapper, and what that attaches."""
    if getattr(function, "__module__", None) != "opentelemetry.instrumentation.threading":
        return function, None
    names = function.__code__.co_freevars
    cells = dict(zip(names, function.__closure__ or (), strict=True))
    if "original_func" not in cells or "otel_context" not in cells:
        return function, None
    return cells["original_func"].cell_contents, cells["otel_context"].cell_contents


def _arriving(function: Any) -> tuple[Span | None, bool]:
    """The span that will be current for *function*, and whether an instrumentor put it there."""
    work, carrier = unwrapped(function)
    context = current.bound_context(work)
    if context is not None:
        return current.span_in_context(context), False
    if carrier is None:
        return current.span_here(), False
    return current.span_in_otel_context(carrier), True


def _install(module: ModuleType) -> None:
    patching.patch(module._WorkItem, "__init__", _patch_init)
    patching.patch(module._WorkItem, "run", _patch_run)


PROBES = {"concurrent.futures.thread": _install}
