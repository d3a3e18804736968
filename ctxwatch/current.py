"""What is the current span: here, in another `contextvars.Context`, in an OpenTelemetry context.

Only ever reads. The public ``get_current_span`` takes twice as long, because it
goes through the runtime context and two checks; this reads the same ContextVar
where OpenTelemetry keeps one, and asks the runtime context where it does not.
"""

from __future__ import annotations

import _thread
import contextvars
import os
import sys
import time
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any

from opentelemetry import context as context_api
from opentelemetry.trace.propagation import _SPAN_KEY

from ctxwatch.model import Spot

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.context import Context
    from opentelemetry.trace import Span

_pid = os.getpid()
_allocate_lock = _thread.allocate_lock  # as it is before gevent replaces it


def _after_fork() -> None:
    global _pid  # noqa: PLW0603 - the process's own number, read on every crossing
    _pid = os.getpid()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def pid() -> int:
    """The number of this process. `os.getpid` would be a system call."""
    return _pid


def get_ident() -> int:
    """The ident of the running thread, or of the greenlet where gevent has patched threads.

    Looked up at each call: gevent replaces ``_thread.get_ident`` when a program
    calls ``monkey.patch_all()``, and its greenlets are what ``threading`` then
    calls threads.
    """
    return _thread.get_ident()


def pause(seconds: float) -> None:
    """Stand still. `time.sleep` runs other greenlets where gevent has replaced it."""
    lock = _allocate_lock()
    lock.acquire()
    lock.acquire(timeout=seconds)


def span_here() -> Span | None:
    """The current span of the running unit, None where no valid one is current."""
    runtime = context_api._RUNTIME_CONTEXT
    return _valid(runtime.get_current().get(_SPAN_KEY))


def span_in_otel_context(context: Context | None) -> Span | None:
    """The span that would be current if *context* were attached."""
    return None if context is None else _valid(context.get(_SPAN_KEY))


def span_in_context(context: contextvars.Context) -> Span | None:
    """The span that is current for code that runs in *context*."""
    var = getattr(context_api._RUNTIME_CONTEXT, "_current_context", None)
    if not isinstance(var, contextvars.ContextVar):
        # Another runtime context keeps its state elsewhere: ask it from inside.
        return context.copy().run(span_here)
    return span_in_otel_context(context.get(var))


def bound_context(work: Callable[..., Any]) -> contextvars.Context | None:
    """The Context that *work* runs in by itself: ``ctx.run``, also inside ``partial``."""
    for _ in range(4):
        if not isinstance(work, partial):
            break
        work = work.func
    owner = getattr(work, "__self__", None)
    return owner if isinstance(owner, contextvars.Context) else None


def _valid(span: Any) -> Span | None:
    if span is None:
        return None
    found: Span = span
    return found if found.get_span_context().is_valid else None


def spot(span: Span | None) -> Spot:
    """Take down *span* as the current one of the running unit, now."""
    ident = _thread.get_ident()
    thread = sys.modules["threading"]._active.get(ident)
    if span is None:
        context = name = weak = None
    else:
        context = span.get_span_context()
        name = getattr(span, "name", None)
        weak = weakref.ref(span)
    # Half the time of Spot(...), which goes through a Python function.
    return _new_tuple(
        Spot,
        (
            context,
            name,
            weak,
            time.time_ns(),
            _pid,
            ident,
            None if thread is None else thread._name,
            task_name(),
        ),
    )


_new_tuple = tuple.__new__


def running_task() -> Any:
    """The asyncio or trio task that runs here, None outside of tasks."""
    asyncio = sys.modules.get("asyncio.tasks")
    if asyncio is not None:
        loop = asyncio.events._get_running_loop()
        if loop is not None:
            task = asyncio.current_task(loop)
            if task is not None:
                return task
    return trio_task()


def trio_task() -> Any:
    """The trio task that runs here, None outside of trio's tasks."""
    trio = sys.modules.get("trio._core._run")
    if trio is None:
        return None
    # None while trio is being imported.
    return getattr(getattr(trio, "GLOBAL_RUN_CONTEXT", None), "task", None)


def running_greenlet() -> Any:
    """The greenlet that runs here, None where that is the thread itself."""
    greenlet = sys.modules.get("greenlet")
    get = None if greenlet is None else getattr(greenlet, "getcurrent", None)
    if get is None:
        return None
    here = get()
    return None if here.parent is None else here


#: In place of a unit: a callback of an event loop, in no task.
LOOP = object()


def unit_here() -> Any:
    """The task or greenlet that runs here, `LOOP`, or None where the thread itself is the unit."""
    modules = sys.modules
    asyncio = modules.get("asyncio.tasks")
    if asyncio is not None:
        loop = asyncio.events._get_running_loop()
        if loop is not None:
            return asyncio.current_task(loop) or trio_task() or LOOP
    if "greenlet" in modules or "trio._core._run" in modules:
        return trio_task() or running_greenlet()
    return None


def light_unit() -> Any:
    """The trio task or greenlet that runs here, None where an asyncio task or the thread does."""
    if "greenlet" not in sys.modules and "trio._core._run" not in sys.modules:
        return None
    if in_event_loop():
        # trio can run as a guest of asyncio's loop: then no asyncio task is current.
        return trio_task() if running_task() is trio_task() else None
    return trio_task() or running_greenlet()


def in_event_loop() -> bool:
    """Whether an asyncio event loop runs in this thread."""
    events = sys.modules.get("asyncio.events")
    return events is not None and events._get_running_loop() is not None


def task_name() -> str | None:
    """The name of the asyncio or trio task that runs here, None outside of tasks."""
    task = running_task()
    return None if task is None else name_of_task(task)


def name_of_task(task: Any) -> str:
    """The name of *task*, which is asyncio's, or another library's for the same, or trio's."""
    name: str = task.get_name() if hasattr(task, "get_name") else task.name
    return name
