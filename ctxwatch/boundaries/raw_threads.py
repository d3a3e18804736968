"""Threads below `threading`: `_thread.start_new_thread`, and 3.13's `start_joinable_thread`.

Handed over: a function and its arguments. Both sides are seen around the names in
the module `_thread`, which are replaced: a thread that is started so has no object
that could carry anything, so the function is handed over inside one of ours, which
looks like it in the message about an exception that nobody catches.

Skipped: what `threading` starts, which took the names before they were replaced
and is watched by itself, and whoever else took them by then.
"""

from __future__ import annotations

import _thread
import threading
from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, decisions, patching
from ctxwatch.guard import Probe
from ctxwatch.model import Crossing, Kind
from ctxwatch.sites import NO_CALLS

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

_start = Probe("_thread.start_new_thread")
_run = Probe("_thread.start_new_thread, the new thread")


class _HandedOver:
    """The program's function with the crossing that led to its thread."""

    __slots__ = ("_crossing", "_function")

    def __init__(self, function: Callable[..., Any], crossing: Crossing) -> None:
        self._function = function
        self._crossing = crossing

    def __repr__(self) -> str:
        return repr(self._function)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        before = None
        begun = False
        if _run.on:
            try:
                before = _begin(self._function, self._crossing)
                begun = True
            except Exception:  # the program must not notice
                _run.failed()
        # Only so that the lineage of this thread does not outlive it: its ident will be reused.
        try:
            return self._function(*args, **kwargs)
        finally:
            if begun:
                _finish(self._crossing, before)


def _begin(function: Callable[..., Any], crossing: Crossing) -> Crossing | None:
    context = current.bound_context(function)
    span = current.span_here() if context is None else current.span_in_context(context)
    crossings.arrive(crossing, span)
    decisions.decide_at_exit(crossing)
    return crossings.begin(crossing)


def _finish(crossing: Crossing, before: Crossing | None) -> None:
    try:
        crossings.finish(crossing, before)
    except Exception:  # the program must not notice
        _run.failed()


def _is_of_threading(function: Any) -> bool:
    return isinstance(getattr(function, "__self__", None), threading.Thread)


def _patch(boundary: str) -> Callable[[Any], Callable[..., Any]]:
    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def start(*args: Any, **kwargs: Any) -> Any:
            if _start.on and args:
                try:
                    function, *rest = args
                    if callable(function) and not _is_of_threading(function):
                        crossing = crossings.depart(Kind.THREAD, boundary, NO_CALLS, work=function)
                        if crossing is not None:
                            args = (_HandedOver(function, crossing), *rest)
                except Exception:  # the program must not notice
                    _start.failed()
            return original(*args, **kwargs)

        return start

    return make


def _install(_: ModuleType) -> None:
    # `threading` has been imported by now, and holds the names as they were.
    for name in ("start_new_thread", "start_joinable_thread"):
        if hasattr(_thread, name):
            patching.patch(_thread, name, _patch(f"_thread.{name}"))


PROBES = {"threading": _install}
