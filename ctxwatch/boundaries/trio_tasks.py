"""trio: tasks, system tasks, and `TrioToken.run_sync_soon`.

Handed over: an async function to a nursery, which copies the context, or to
`trio.lowlevel.spawn_system_task`, which does not: a system task runs in a copy of the
context in which `trio.run` was called. Origin and arrival are both seen in
`Runner.spawn_impl`, as a task runs in one context for life. The end of a task is
seen in `Runner.task_exited`.

Also handed over: a function to the run's entry queue. Its origin is the `append` to
that queue, its arrival the `popleft` by the task that runs the functions one after
the other; both are seen by a deque of our own in the place of the queue's. So
no frame of ours stands above the function.

Skipped: what trio and anyio hand to the entry queue for themselves, in which their
threads carry the context along.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, lineage, patching, units
from ctxwatch.guard import Probe
from ctxwatch.model import Crossing, Kind, Verdict
from ctxwatch.recorder import recorder
from ctxwatch.sites import NO_CALLS

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


_spawn = Probe("trio.spawn_impl")
_exited = Probe("trio.task_exited")
_soon = Probe("TrioToken.run_sync_soon")


def _patch_spawn(original: Callable[..., Any]) -> Callable[..., Any]:
    def spawn_impl(self: Any, async_fn: Any, *args: Any, **kwargs: Any) -> Any:
        crossing: Crossing | None = None
        is_system = bool(kwargs.get("system_task"))
        if _spawn.on and not _is_of(async_fn, "trio."):
            try:
                crossing = crossings.depart(
                    Kind.THREAD if is_system else Kind.TASK,
                    "trio.lowlevel.spawn_system_task" if is_system else "trio.Nursery.start_soon",
                    NO_CALLS,
                    work=async_fn,
                )
            except Exception:
                _spawn.failed()
        task = original(self, async_fn, *args, **kwargs)
        if crossing is not None:
            try:
                _arrive(crossing, task, on_purpose=kwargs.get("context") is not None)
            except Exception:
                _spawn.failed()
        return task

    return spawn_impl


def _is_of(work: Any, *packages: str) -> bool:
    module = getattr(work, "__module__", None) or ""
    return f"{module}.".startswith(packages)


def _arrive(crossing: Crossing, task: Any, *, on_purpose: bool) -> None:
    span = current.span_in_context(task.context)
    crossings.judge_arrival(crossing, span, on_purpose=on_purpose)
    assert crossing.arrival is not None
    crossing.arrival = crossing.arrival._replace(task=task.name)
    # A system task may be a worker: what it does is decided when it has ended.
    crossing.running = crossing.kind is Kind.THREAD
    lineage.tie(task, crossing)
    if crossing.running and crossing.verdict is Verdict.LOST:
        recorder.hold(crossing)
    else:
        recorder.arrived(crossing)


def _patch_exited(original: Callable[..., None]) -> Callable[..., None]:
    def task_exited(self: Any, task: Any, outcome: Any) -> None:
        original(self, task, outcome)
        if _exited.on:
            try:
                if task is self.main_task:
                    return
                crossing = units.carried(task)
                is_running = crossing is not None and crossing.running
                crossings.unit_ended(task, crossing if is_running else None)
            except Exception:
                _exited.failed()

    return task_exited


class _Jobs(deque[Any]):
    """The entry queue's functions with their arguments, as trio appends and takes them."""

    def __init__(self, jobs: deque[Any]) -> None:
        super().__init__(jobs)
        self._crossings: dict[int, Crossing] = {}
        #: What runs, what was there before it, and the task that runs it.
        self._running: tuple[Crossing, Crossing | None, Any] | None = None

    def append(self, job: Any) -> None:
        if _soon.on:
            try:
                if not _is_of(job[0], "trio.", "anyio."):
                    crossing = crossings.depart(
                        Kind.ITEM, "TrioToken.run_sync_soon", NO_CALLS, work=job[0]
                    )
                    if crossing is not None:
                        self._crossings[id(job)] = crossing
            except Exception:
                _soon.failed()
        super().append(job)

    def popleft(self) -> Any:
        self._finish()
        job = super().popleft()
        crossing = self._crossings.pop(id(job), None) if self._crossings else None
        if crossing is not None:
            try:
                context = current.bound_context(job[0])
                span = current.span_here() if context is None else current.span_in_context(context)
                crossings.arrive(crossing, span)
                before = crossings.begin(crossing)
                self._running = crossing, before, current.trio_task()
            except Exception:
                _soon.failed()
        return job

    def __len__(self) -> int:
        # Asked when all are done, and before the next ones.
        self._finish()
        return super().__len__()

    def _finish(self) -> None:
        if self._running is None or self._running[2] is not current.trio_task():
            return
        try:
            (crossing, before, _), self._running = self._running, None
            crossings.finish(crossing, before)
        except Exception:
            _soon.failed()


def _patch_queue(original: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - shown in tracebacks under this name
        original(self, *args, **kwargs)
        if _soon.on:
            try:
                self.queue = _Jobs(self.queue)
            except Exception:
                _soon.failed()

    return __init__


def _install_run(module: ModuleType) -> None:
    patching.patch(module.Runner, "spawn_impl", _patch_spawn)
    patching.patch(module.Runner, "task_exited", _patch_exited)


def _install_queue(module: ModuleType) -> None:
    patching.patch(module.EntryQueue, "__init__", _patch_queue)


PROBES = {"trio._core._run": _install_run, "trio._core._entry_queue": _install_queue}
