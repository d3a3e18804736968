"""Jobs that are stored and run later: `sched` and APScheduler.

Handed over: a function and its arguments. The context is lost where the job is
stored, not where the scheduler passes it to a pool.

`sched`: origin in `scheduler.enterabs`, which `enter` calls. Arrival where
`scheduler.run` unpacks the job's arguments, which is the last that it does
before it calls the function: they are kept in a tuple that says so. The end is
the next arrival, or that of `run`, whose wrapper shows as one more frame in the
traceback of a job that raises.

APScheduler 3: origin in `Job.__init__`, which ``add_job`` calls. Arrival in the
work item of the pool that runs the job; the unit in which it arrives is then
the scheduler's thread, which passes its own context to the pool.

Skipped: jobs that are to run more than once, and those that store themselves
again. They belong to nobody, whoever stored them first. Also what APScheduler
runs in a loop or a process, or takes out of a database.
"""

from __future__ import annotations

import sys
import weakref
from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, decisions, in_hand, items, lineage, patching, units
from ctxwatch.boundaries import executors
from ctxwatch.guard import Probe
from ctxwatch.model import Crossing, Kind
from ctxwatch.sites import NO_CALLS, Calls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, ModuleType


_CALLS = Calls({("sched.py", "enter"): "sched.scheduler.enter"})

_enter = Probe("sched.scheduler.enterabs")
_run = Probe("sched.scheduler.run")
_add = Probe("apscheduler.add_job")
_submit = Probe("apscheduler.submit_job")
_work = Probe("apscheduler.run_job")

#: Stands for the queue of every scheduler: a unit runs one job at a time.
_SCHEDULED = object()

#: The code of the job that a unit is running, to know one that stores itself again.
_running: dict[int, CodeType | None] = {}

_run_code: CodeType | None = None


class _Arguments(tuple[Any, ...]):  # noqa: SLOT001 - a tuple can have none that are not empty
    """The arguments of a stored job: a tuple like any other, but for `sched` when it runs it."""

    crossing: Crossing | None
    code: CodeType | None

    def __iter__(self) -> Iterator[Any]:
        if sys._getframe(1).f_code is _run_code and _run.on:
            try:
                _running[units.unit_id()] = self.code
                items.take(_SCHEDULED, self.crossing)
            except Exception:
                _run.failed()
        return super().__iter__()

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (list(super().__iter__()),)


def _patch_enterabs(original: Callable[..., Any]) -> Callable[..., Any]:
    def enterabs(
        self: Any,
        time: Any,
        priority: Any,
        action: Any,
        argument: Any = (),
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        if _enter.on and type(argument) is tuple:
            try:
                argument = _stored(action, argument)
            except Exception:
                _enter.failed()
        return original(self, time, priority, action, argument, *args, **kwargs)

    return enterabs


def _stored(action: Any, argument: tuple[Any, ...]) -> _Arguments:
    stored = _Arguments(argument)
    stored.code = getattr(action, "__code__", None)
    stored.crossing = None
    if stored.code is not None and _running.get(units.unit_id()) is stored.code:
        held = in_hand.here()
        running = held.get(_SCHEDULED) if held else None
        if isinstance(running, Crossing):
            running.rearmed = True
    elif current.span_here() is not None and current.bound_context(action) is None:
        stored.crossing = crossings.depart(
            Kind.DEFERRED, "sched.scheduler.enterabs", _CALLS, depth=2, work=action
        )
    return stored


def _patch_run(original: Callable[..., Any]) -> Callable[..., Any]:
    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(self, *args, **kwargs)
        finally:
            try:
                _running.pop(units.unit_id(), None)
                items.finish(_SCHEDULED)
                decisions.write_due()
            except Exception:
                _run.failed()

    return run


#: APScheduler's jobs that run once, by id: the job, where it was stored, and the scheduler's unit.
_jobs: dict[int, tuple[weakref.ref[Any], Crossing, Crossing | None]] = {}
_MOST_JOBS = 10_000


def _patch_job_init(original: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - shown in tracebacks under this name
        original(self, *args, **kwargs)
        if _add.on:
            try:
                _add_job(self)
            except Exception:
                _add.failed()

    return __init__


def _add_job(job: Any) -> None:
    once = type(job.trigger).__name__ == "DateTrigger"
    if not once or len(_jobs) >= _MOST_JOBS or current.span_here() is None:
        return
    if current.bound_context(job.func) is not None:
        return
    work = lineage.work_here()
    if work is not None and work.work is not None and work.work is _code(job.func):
        work.rearmed = True
        return
    crossing = crossings.depart(
        Kind.DEFERRED, "apscheduler.add_job", NO_CALLS, depth=2, work=job.func
    )
    if crossing is not None:
        ident = id(job)
        _jobs[ident] = weakref.ref(job, lambda _: _jobs.pop(ident, None)), crossing, None


def _code(function: Any) -> CodeType | None:
    return getattr(function, "__code__", None)


def _known(job: Any) -> tuple[Crossing, Crossing | None] | None:
    entry = _jobs.get(id(job))
    return None if entry is None or entry[0]() is not job else entry[1:]


def _patch_submit_job(original: Callable[..., Any]) -> Callable[..., Any]:
    def submit_job(self: Any, job: Any, *args: Any, **kwargs: Any) -> Any:
        if _submit.on:
            try:
                known = _known(job)
                if known is not None:
                    _jobs[id(job)] = _jobs[id(job)][0], known[0], lineage.unit_here()
            except Exception:
                _submit.failed()
        return original(self, job, *args, **kwargs)

    return submit_job


def _patch_item_run(original: Callable[..., None]) -> Callable[..., None]:
    def run(self: Any, *args: Any) -> None:
        crossing: Crossing | None = None
        before: Crossing | None = None
        if _work.on and _jobs:
            try:
                carrier, job = _job_of(self)
                known = None if job is None else _known(job)
                if known is not None:
                    crossing, unit = known
                    # The pool's own hand-off is not the program's.
                    vars(self).pop(executors.KEY, None)
                    before = lineage.unit_here()
                    lineage.leave_thread(unit)
                    items.take(_SCHEDULED, crossing, carrier)
            except Exception:
                _work.failed()
        original(self, *args)
        if crossing is not None:
            try:
                items.finish(_SCHEDULED)
                lineage.leave_thread(before)
                decisions.write_due()
            except Exception:
                _work.failed()

    return run


def _job_of(item: Any) -> tuple[Any, Any]:
    """What is attached around APScheduler's function in a pool's work item, and its job."""
    own = vars(item)
    outer, arguments = (own["fn"], own["args"]) if "fn" in own else item.task[:2]
    function, carrier = executors.unwrapped(outer)
    module = getattr(function, "__module__", None)
    if module != "apscheduler.executors.base" or not arguments:
        return carrier, None
    return carrier, arguments[0]


def _install_sched(module: ModuleType) -> None:
    global _run_code  # noqa: PLW0603 - known once `sched` is there
    _run_code = module.scheduler.run.__code__
    patching.patch(module.scheduler, "enterabs", _patch_enterabs)
    patching.patch(module.scheduler, "run", _patch_run)


def _install_job(module: ModuleType) -> None:
    patching.patch(module.Job, "__init__", _patch_job_init)


def _install_executor(module: ModuleType) -> None:
    patching.patch(module.BaseExecutor, "submit_job", _patch_submit_job)


def _install_pool(_: ModuleType) -> None:
    from concurrent.futures import thread  # apscheduler's pool has imported it

    patching.patch(thread._WorkItem, "run", _patch_item_run)


PROBES = {
    "sched": _install_sched,
    "apscheduler.job": _install_job,
    "apscheduler.executors.base": _install_executor,
    "apscheduler.executors.pool": _install_pool,
}
