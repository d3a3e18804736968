"""Processes: `multiprocessing.Process.start` and `ProcessPoolExecutor`.

Handed over: a process's target, or a pool's work item. Origin:
`BaseProcess.start` and the pool's `_WorkItem.__init__`, both in the thread that
hands over. Arrival, where the child is watched too: `BaseProcess._bootstrap`,
and the unpickling of the pool's `_CallItem`, which happens right before it
runs, in the thread that runs it.

What crosses is a plain tuple, in the process's ``__dict__`` or the call item's,
so that a child without ctxwatch can unpickle it; functions are not wrapped. What a
worker has seen of the context that it was forked with goes home with its results.

Skipped: the worker processes that a pool starts by itself. Their work items are
hand-offs of their own.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, decisions, lineage, patching
from ctxwatch.boundaries import homecoming
from ctxwatch.boundaries.packing import pack, unpack
from ctxwatch.guard import Probe
from ctxwatch.model import Crossing, Kind
from ctxwatch.sites import Calls

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

_KEY = "_ctxwatch_crossing"
#: What started a pool's worker process, if that may inherit a context by it.
_WORKER_KEY = "_ctxwatch_worker"
_EVIDENCE_KEY = "_ctxwatch_evidence"
_CALLS = Calls(
    {
        ("concurrent/futures/process.py", "submit"): "ProcessPoolExecutor.submit",
        ("concurrent/futures/process.py", "map"): "ProcessPoolExecutor.map",
        ("asyncio/base_events.py", "run_in_executor"): "loop.run_in_executor",
        ("tasks.py", "run_in_executor"): "loop.run_in_executor",
    }
)

#: What starts a pool's workers, beside the first hand-off to it.
_STARTS = Calls(
    {
        ("multiprocessing/pool.py", "__init__"): "multiprocessing.Pool",
        ("concurrent/futures/process.py", "submit"): "ProcessPoolExecutor.submit",
        ("concurrent/futures/process.py", "map"): "ProcessPoolExecutor.map",
        ("asyncio/base_events.py", "run_in_executor"): "loop.run_in_executor",
    }
)

_start = Probe("multiprocessing.Process.start")
_bootstrap = Probe("multiprocessing.Process._bootstrap")
_submit = Probe("ProcessPoolExecutor.submit")
_item = Probe("concurrent.futures.process._CallItem")
_result = Probe("concurrent.futures.process._ResultItem")


def _patch_start(original: Callable[[Any], None]) -> Callable[[Any], None]:
    def start(self: Any) -> None:
        if _start.on:
            try:
                work = vars(self).get("_target") or type(self).run
                if not _serves_a_pool(work):
                    crossing = crossings.depart(
                        Kind.PROCESS, "multiprocessing.Process.start", _CALLS, work=work
                    )
                    if crossing is not None:
                        vars(self)[_KEY] = pack(crossing)
                elif current.span_here() is not None:
                    worker = crossings.start_of_worker("Pool", _STARTS, depth=1)
                    if worker is not None:
                        worker.kind = Kind.PROCESS
                        vars(self)[_WORKER_KEY] = pack(worker)
            except Exception:
                _start.failed()
        original(self)
        vars(self).pop(_KEY, None)
        vars(self).pop(_WORKER_KEY, None)

    return start


def _serves_a_pool(work: Any) -> bool:
    module = getattr(work, "__module__", None) or ""
    return module.startswith(("concurrent.futures.", "multiprocessing."))


def _patch_bootstrap(original: Callable[..., int]) -> Callable[..., int]:
    def _bootstrap_in_child(self: Any, *args: Any, **kwargs: Any) -> int:
        crossing: Crossing | None = None
        before: Crossing | None = None
        if _bootstrap.on:
            try:
                packed = vars(self).pop(_KEY, None)
                if packed is not None:
                    crossing = unpack(packed)
                    work = vars(self).get("_target")
                    context = None if work is None else current.bound_context(work)
                    span = (
                        current.span_here() if context is None else current.span_in_context(context)
                    )
                    crossings.arrive(crossing, span)
                    before = crossings.begin(crossing)
                packed = vars(self).pop(_WORKER_KEY, None)
                if packed is not None:
                    worker = unpack(packed)
                    worker.arrival = current.spot(current.span_here())
                    lineage.enter_worker(worker)
            except Exception:
                _bootstrap.failed()
        code = original(self, *args, **kwargs)
        try:
            if crossing is not None:
                crossings.finish(crossing, before)
            # multiprocessing ends its children with os._exit: atexit never runs.
            decisions.process_ends()
        except Exception:
            _bootstrap.failed()
        return code

    return _bootstrap_in_child


def _patch_work_item(original: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - shown in tracebacks under this name
        original(self, *args, **kwargs)
        if _submit.on:
            try:
                crossing = crossings.depart(
                    Kind.ITEM,
                    "ProcessPoolExecutor.submit",
                    _CALLS,
                    work=self.fn,
                    variant="process",
                )
                if crossing is not None:
                    vars(self)[_KEY] = pack(crossing)
            except Exception:
                _submit.failed()

    return __init__


def _patch_call_item(original: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: Any, work_id: int, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - shown in tracebacks under this name
        original(self, work_id, *args, **kwargs)
        if _item.on:
            try:
                # Made in the pool's manager thread, which knows the work items by id.
                manager: Any = threading.current_thread()
                packed = vars(manager.pending_work_items[work_id]).pop(_KEY, None)
                if packed is not None:
                    vars(self)[_KEY] = packed
            except Exception:
                _item.failed()

    return __init__


def _set_call_item_state(self: Any, state: dict[str, Any]) -> None:
    """`_CallItem.__setstate__`: what unpickling does anyway, and the arrival.

    A worker takes one item after the other, so the arrival of one is the end of
    the one before it.
    """
    packed = state.pop(_KEY, None)
    vars(self).update(state)
    if packed is not None and _item.on:
        try:
            crossing = unpack(packed)
            context = current.bound_context(state["fn"])
            span = current.span_here() if context is None else current.span_in_context(context)
            crossings.arrive(crossing, span)
            crossings.enter_item(crossing)
        except Exception:
            _item.failed()


def _patch_result_item(original: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807 - shown in tracebacks under this name
        original(self, *args, **kwargs)
        if _result.on:
            try:
                evidence = homecoming.pack()
                if evidence is not None:
                    vars(self)[_EVIDENCE_KEY] = evidence
            except Exception:
                _result.failed()

    return __init__


def _set_result_item_state(self: Any, state: dict[str, Any]) -> None:
    """`_ResultItem.__setstate__`: what unpickling does anyway, and the worker's evidence."""
    evidence = state.pop(_EVIDENCE_KEY, None)
    vars(self).update(state)
    if evidence is not None and _result.on:
        try:
            homecoming.arrive(evidence)
        except Exception:
            _result.failed()


def _install_multiprocessing(module: ModuleType) -> None:
    patching.patch(module.BaseProcess, "start", _patch_start)
    patching.patch(module.BaseProcess, "_bootstrap", _patch_bootstrap)


def _install_pool(module: ModuleType) -> None:
    patching.patch(module._WorkItem, "__init__", _patch_work_item)
    patching.patch(module._CallItem, "__init__", _patch_call_item)
    patching.add(module._CallItem, "__setstate__", _set_call_item_state)
    patching.patch(module._ResultItem, "__init__", _patch_result_item)
    patching.add(module._ResultItem, "__setstate__", _set_result_item_state)


PROBES = {
    "multiprocessing.process": _install_multiprocessing,
    "concurrent.futures.process": _install_pool,
}
