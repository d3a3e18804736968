"""asyncio tasks, on asyncio's own loops and on uvloop.

Handed over: a coroutine. Origin and arrival are both seen in
``loop.create_task``, through which every way of making a task goes: a task
copies the caller's context when it is made, or is given one, and runs in that
and no other, so what it will see is known before it runs. Coroutines are not
wrapped: that would hide their names and add "never awaited" warnings.

`asyncio.run_coroutine_threadsafe` makes its task later, in a callback on the
loop's thread; its origin is seen in ``loop.call_soon_threadsafe``.

An explicit ``context=`` without a span is the caller's own choice: detached, not
lost. Skipped: tasks made by calling `asyncio.Task` directly, which goes through
no loop, and copy the context as well; and the two tasks with which a loop cleans
up after itself.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, lineage, patching, units
from ctxwatch.guard import Probe
from ctxwatch.lines import Lines
from ctxwatch.model import Crossing, Kind, Verdict
from ctxwatch.recorder import recorder
from ctxwatch.sites import Calls

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import ModuleType

    from ctxwatch.notes import Note

_CALLS = Calls(
    {
        ("asyncio/tasks.py", "as_completed"): "asyncio.as_completed",
        ("asyncio/tasks.py", "create_task"): "asyncio.create_task",
        ("asyncio/tasks.py", "ensure_future"): "asyncio.ensure_future",
        ("asyncio/tasks.py", "gather"): "asyncio.gather",
        ("asyncio/tasks.py", "run_coroutine_threadsafe"): "asyncio.run_coroutine_threadsafe",
        ("asyncio/tasks.py", "shield"): "asyncio.shield",
        ("asyncio/tasks.py", "wait"): "asyncio.wait",
        ("asyncio/tasks.py", "wait_for"): "asyncio.wait_for",
        ("asyncio/taskgroups.py", "create_task"): "TaskGroup.create_task",
        ("asyncio/runners.py", "run"): "asyncio.run",
        ("uvloop/__init__.py", "run"): "uvloop.run",
        ("asyncio/base_events.py", "run_until_complete"): "loop.run_until_complete",
    }
)


_CLEANING_UP = frozenset(
    {"BaseEventLoop.shutdown_asyncgens", "BaseEventLoop.shutdown_default_executor"}
)

#: More hand-offs than this wait only for a loop that does not run.
_MOST_WAITING = 10_000

#: Hand-offs by `run_coroutine_threadsafe` whose task is not made yet, by the
#: coroutine's id; the weak reference tells a reused id from the real one.
_waiting: dict[int, tuple[weakref.ref[Any], Crossing]] = {}

#: Functions that call one another on the way from the user's line to the loop. None of them is
#: a coroutine, so that none is called by a loop either.
_BETWEEN = frozenset(
    {
        ("asyncio/tasks.py", "_ensure_future"),
        ("asyncio/tasks.py", "create_task"),
        ("asyncio/tasks.py", "ensure_future"),
        ("asyncio/tasks.py", "gather"),
        ("asyncio/taskgroups.py", "create_task"),
        # AsyncioInstrumentor's
        ("asyncio/__init__.py", "wrap_coro_or_future"),
        ("asyncio/__init__.py", "wrap_coros_or_futures"),
        ("asyncio/__init__.py", "wrap_taskgroup_create_task"),
    }
)
_lines = Lines(Kind.TASK, "loop.create_task", _CALLS, _BETWEEN)

_create = Probe("loop.create_task")
_threadsafe = Probe("loop.call_soon_threadsafe")


def _patch_create_task(  # noqa: C901 - every call that is saved here is saved on every task
    original: Callable[..., Any],
) -> Callable[..., Any]:
    def create_task(self: Any, coro: Coroutine[Any, Any, Any], **kwargs: Any) -> Any:
        crossing: Crossing | None = None
        note: Note | None = None
        if _create.on:
            try:
                context = kwargs.get("context")
                if context is None and not _waiting:
                    note = _lines.note(2)
                if note is None:
                    crossing = _hand_over(coro, context)
            except Exception:
                _create.failed()
            if note is not None:
                task = original(self, coro, **kwargs)
                note[0].kept()
                try:
                    task._ctxwatch_crossing = note
                except AttributeError:  # of a task factory of the program's
                    units.carry(task, note)
                return task
        if crossing is None:
            return original(self, coro, **kwargs)
        if crossing.loss is None:
            task = original(self, coro, **kwargs)
        else:
            task = lineage.call_with_task(crossing, lambda: original(self, coro, **kwargs))
        try:
            _record(crossing, task)
        except Exception:
            _create.failed()
        return task

    return create_task


def _hand_over(coro: Any, context: Any) -> Crossing | None:
    if getattr(coro, "__qualname__", None) in _CLEANING_UP:
        return None
    waiting = _waiting.pop(id(coro), None) if _waiting else None
    if waiting is not None and waiting[0]() is coro:
        crossing: Crossing | None = waiting[1]
    else:
        # 4 up from crossings.depart: this function, create_task, its caller.
        crossing = crossings.depart(Kind.TASK, "loop.create_task", _CALLS, depth=2)
    if crossing is None:
        return None
    span = current.span_here() if context is None else current.span_in_context(context)
    crossings.judge_arrival(crossing, span, on_purpose=context is not None, at_hand_off=True)
    return crossing


def _record(crossing: Crossing, task: Any) -> None:
    lineage.tie(task, crossing)
    if recorder.verbose or crossing.verdict is not Verdict.KEPT:
        assert crossing.arrival is not None
        name = task.get_name() if hasattr(task, "get_name") else None
        crossing.arrival = crossing.arrival._replace(task=name)
    recorder.arrived(crossing)


def _patch_call_soon_threadsafe(original: Callable[..., Any]) -> Callable[..., Any]:
    def call_soon_threadsafe(
        self: Any, callback: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        if _threadsafe.on:
            try:
                name = getattr(callback, "__qualname__", None)
                if name == "run_coroutine_threadsafe.<locals>.callback":
                    _wait_for_task(callback)
            except Exception:
                _threadsafe.failed()
        return original(self, callback, *args, **kwargs)

    return call_soon_threadsafe


def _wait_for_task(callback: Any) -> None:
    """Keep the origin until asyncio's *callback* makes the task, on the loop's thread."""
    cells = dict(zip(callback.__code__.co_freevars, callback.__closure__ or (), strict=True))
    coro = cells["coro"].cell_contents
    crossing = crossings.depart(Kind.TASK, "asyncio.run_coroutine_threadsafe", _CALLS, depth=2)
    if crossing is not None and len(_waiting) < _MOST_WAITING:
        _waiting[id(coro)] = weakref.ref(coro), crossing


def _patch_run_in_executor(original: Callable[..., Any]) -> Callable[..., Any]:
    def run_in_executor(self: Any, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        return original(self, executor, func, *args)

    return run_in_executor


def _install_asyncio(module: ModuleType) -> None:
    patching.patch(module.BaseEventLoop, "create_task", _patch_create_task)
    patching.patch(module.BaseEventLoop, "call_soon_threadsafe", _patch_call_soon_threadsafe)


def _install_uvloop(module: ModuleType) -> None:
    # uvloop.Loop is no BaseEventLoop; its methods are C, and inherited, so that
    # a Python function on the class itself goes before them.
    patching.patch(module.Loop, "create_task", _patch_create_task)
    patching.patch(module.Loop, "call_soon_threadsafe", _patch_call_soon_threadsafe)
    patching.patch(module.Loop, "run_in_executor", _patch_run_in_executor)


PROBES = {"asyncio.base_events": _install_asyncio, "uvloop": _install_uvloop}
