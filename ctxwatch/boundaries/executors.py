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

from types import FunctionType
from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, lineage, notes, patching
from ctxwatch.guard import Probe
from ctxwatch.lines import Lines
from ctxwatch.model import Crossing, Kind
from ctxwatch.sites import Calls

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from opentelemetry.trace import Span

    from ctxwatch.notes import Note

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

_lines = Lines(
    Kind.ITEM,
    "ThreadPoolExecutor.submit",
    CALLS,
    frozenset(
        {
            ("concurrent/futures/thread.py", "submit"),
            ("concurrent/futures/_base.py", "map"),
            ("concurrent/futures/_base.py", "<listcomp>"),  # of map, before 3.12
            ("asyncio/base_events.py", "run_in_executor"),
            ("tasks.py", "run_in_executor"),
            ("asyncio/threads.py", "to_thread"),
            # ThreadingInstrumentor's and AsyncioInstrumentor's
            ("__init__.py", "__wrap_thread_pool_submit"),
            ("asyncio/__init__.py", "wrap_to_thread"),
        }
    ),
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
                vars(self)[KEY] = _lines.note(2) or crossings.depart(
                    Kind.ITEM,
                    "ThreadPoolExecutor.submit",
                    CALLS,
                    work=unwrapped(_function(self))[0],
                )
            except Exception:
                _submit.failed()

    return __init__


def _patch_run(  # noqa: C901 - every call that is saved here is saved on every item
    original: Callable[..., None],
) -> Callable[..., None]:
    def run(self: Any, *args: Any) -> None:
        note: Note | None = None
        crossing: Crossing | None = None
        before: Any = None
        if _run.on:
            try:
                handed_over = vars(self).pop(KEY, None)
                crossings.initialized()
                # future.cancelled() takes its lock for this
                if handed_over is not None and self.future._state == "PENDING":
                    function = _function(self)
                    span, carried = _arriving(function)
                    if not isinstance(handed_over, tuple):
                        crossing = handed_over
                    elif crossings.keeps(handed_over, span, carried=carried):
                        before = lineage.enter_note(handed_over)
                        note = handed_over
                    else:
                        work = getattr(unwrapped(function)[0], "__code__", None)
                        crossing = notes.crossing_of(handed_over, work=work)
                    if crossing is not None:
                        crossings.arrive(crossing, span, carried=carried)
                        before = crossings.begin(crossing)
            except Exception:
                _run.failed()
        original(self, *args)
        try:
            if note is not None:
                crossings.finish_note(note, before)
            elif crossing is not None:
                crossings.finish(crossing, before)
        except Exception:
            _run.failed()

    return run


def unwrapped(function: Any) -> tuple[Any, Any]:
    """The program's function inside ThreadingInstrumentor's wrapper, and what that attaches."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_name != "wrapped_func":
        return function, None
    if function.__module__ != "opentelemetry.instrumentation.threading":
        return function, None
    names, cells = code.co_freevars, function.__closure__
    if "original_func" not in names or "otel_context" not in names:
        return function, None
    original, carrier = names.index("original_func"), names.index("otel_context")
    return cells[original].cell_contents, cells[carrier].cell_contents


def _arriving(function: Any) -> tuple[Span | None, bool]:
    """The span that will be current for *function*, and whether an instrumentor put it there."""
    work, carrier = unwrapped(function)
    if not isinstance(work, FunctionType):  # which nearly all are, and no Context.run
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
