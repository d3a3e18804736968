"""Threads and timers.

Handed over: the target, the function of a `Timer`, or the thread's own `run`.
Origin: `threading.Thread.start`, in the thread that calls it. Arrival:
`Thread._bootstrap_inner`, the first Python code of the new thread; `run` would
miss subclasses that override it. The crossing travels in the thread's
``__dict__``. `_bootstrap_inner` catches what `run` raises, so no frame of ours
shows in a traceback.

OpenTelemetry's ThreadingInstrumentor attaches inside `Thread.run`, which comes
later than our arrival: what it is going to attach is read from the thread.

Skipped: threads that the standard library, OpenTelemetry or anyio start to
serve others. Nothing they do belongs to the request that happened to start
them, and their work items are hand-offs of their own.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, inheritance, lineage, notes, patching
from ctxwatch.boundaries import workers
from ctxwatch.guard import Probe
from ctxwatch.lines import Lines
from ctxwatch.model import Crossing, Kind
from ctxwatch.sites import NO_CALLS

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from types import ModuleType

    from opentelemetry.trace import Span

    from ctxwatch.notes import Note

_KEY = "_ctxwatch_crossing"

_SERVING = frozenset(
    {
        "anyio._backends._asyncio",
        "asyncio.base_events",
        "concurrent.futures.process",
        "concurrent.futures.thread",
        "logging.handlers",
        "multiprocessing.managers",
        "multiprocessing.pool",
        "multiprocessing.queues",
        "multiprocessing.resource_sharer",
        "socketserver",
        "trio._core._thread_cache",
    }
)

_BOUNDARY = "threading.Thread.start"
# Between the user's line and `start` stands ThreadingInstrumentor's wrapper, if any.
_lines = Lines(
    Kind.THREAD, _BOUNDARY, NO_CALLS, frozenset({("__init__.py", "__wrap_threading_start")})
)

_start = Probe("threading.Thread.start")
_run = Probe("threading.Thread._bootstrap_inner")


def work_of(thread: threading.Thread) -> Any:
    """What *thread* will run: a timer's function, a target, or its own `run`."""
    own = vars(thread)
    return own.get("function") or own.get("_target") or type(thread).run


def _serves_others(thread: threading.Thread, work: Any) -> bool:
    for module in (type(thread).__module__, getattr(work, "__module__", None) or ""):
        if module in _SERVING or module.startswith("opentelemetry."):
            return True
    return False


def _is_server(work: Any) -> bool:
    """Whether *work* is what a server of the standard library's `socketserver` runs."""
    module = sys.modules.get("socketserver")
    owner = getattr(work, "__self__", None)
    return (
        module is not None
        and getattr(work, "__name__", None) == "serve_forever"
        and isinstance(owner, module.BaseServer)
    )


def _is_timer(thread: threading.Thread) -> bool:
    return any(c.__name__ == "Timer" and c.__module__ == "threading" for c in type(thread).__mro__)


def _variant(thread: threading.Thread, work: Any) -> str:
    return "subclass" if work is type(thread).run else ""


def _patch_start(original: Callable[[Any], None]) -> Callable[[Any], None]:
    def start(self: threading.Thread) -> None:
        if _start.on:
            try:
                work = work_of(self)
                if _is_server(work):
                    server = crossings.depart(Kind.SERVER, _BOUNDARY, NO_CALLS)
                    if server is not None:
                        inheritance.server_started(server)
                elif not _serves_others(self, work):
                    timer = _is_timer(self)
                    note = None if timer else _lines.note(2)
                    vars(self)[_KEY] = note or crossings.depart(
                        Kind.TIMER if timer else Kind.THREAD,
                        "threading.Timer" if timer else _BOUNDARY,
                        NO_CALLS,
                        work=work,
                        variant=_variant(self, work),
                    )
                else:
                    workers.depart(self, work)
            except Exception:
                _start.failed()
        original(self)

    return start


def _patch_bootstrap_inner(original: Callable[[Any], None]) -> Callable[[Any], None]:
    def _bootstrap_inner(self: threading.Thread) -> None:
        work: Crossing | Note | None = None
        before: Any = None
        if _run.on:
            try:
                work, before = _begin(self)
            except Exception:
                _run.failed()
        original(self)
        try:
            crossings.end_of_worker()
            if isinstance(work, tuple):
                crossings.finish_note(work, before)
            elif work is not None:
                crossings.finish(work, before)
        except Exception:
            _run.failed()

    return _bootstrap_inner


def _begin(thread: threading.Thread) -> tuple[Crossing | Note | None, Any]:
    """What led to *thread*, in which this runs, and what `finish` or `finish_note` wants back."""
    handed_over = vars(thread).pop(_KEY, None)
    if handed_over is None:
        if workers.is_one(thread):
            span, carried = _arriving(thread)
            workers.arrive(thread, span, carried=carried)
        return None, None
    span, carried = _arriving(thread)
    provisional = _runs_before_target(thread)
    if isinstance(handed_over, tuple):
        if not provisional and crossings.keeps(handed_over, span, carried=carried):
            return handed_over, lineage.enter_note(handed_over)
        work = work_of(thread)
        code, variant = getattr(work, "__code__", None), _variant(thread, work)
        crossing = notes.crossing_of(handed_over, work=code, variant=variant)
    else:
        crossing = handed_over
    crossing.provisional = provisional
    crossings.arrive(crossing, span, carried=carried, thread_name=thread.name)
    return crossing, crossings.begin(crossing)


def _runs_before_target(thread: threading.Thread) -> bool:
    """Whether a `run` of the program's own comes before the one that an instrumentor wraps.

    Then the target arrives with its context, and what `run` does before it without.
    """
    own = vars(thread)
    return "_otel_context" in own and own.get("_target") is not None and not _is_carried(thread)


def _is_carried(thread: threading.Thread) -> bool:
    return patching.is_wrapped(type(thread), "run")


def _arriving(thread: threading.Thread) -> tuple[Span | None, bool]:
    """The span that will be current for the work, and whether an instrumentor put it there."""
    context = current.bound_context(work_of(thread))
    if context is not None:
        return current.span_in_context(context), False
    carrier = vars(thread).get("_otel_context")
    if carrier is None or not (_is_carried(thread) or _runs_before_target(thread)):
        return current.span_here(), False
    # Python 3.14 can be told to let threads inherit the context by itself.
    inherited = getattr(sys.flags, "thread_inherit_context", 0)
    return current.span_in_otel_context(carrier), not inherited


def _install(module: ModuleType) -> None:
    thread_class = module.Thread
    patching.patch(thread_class, "start", _patch_start)
    patching.patch(thread_class, "_bootstrap_inner", _patch_bootstrap_inner)


PROBES = {"threading": _install}
