"""Callbacks of `concurrent.futures.Future`: `add_done_callback`.

Handed over: the callback, where it is added to a future that is not done yet. One
that is added later runs at once, in its caller, and needs nothing. Origin:
`Future.add_done_callback`. Arrival: the future hands itself to its callbacks one
by one, in whatever thread completes it; for that time its list of callbacks is one
of ours, which sees each turn. The callbacks stay what they are, and no frame of
ours stands between them and the place that catches what they raise.

Skipped: the callbacks by which asyncio, executors and anyio tie futures together, and
those added where no span is current; asyncio's own futures run their callbacks in
a copy of the context in which they were added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, in_hand, lineage, patching
from ctxwatch.guard import Probe
from ctxwatch.model import Crossing, Kind
from ctxwatch.sites import NO_CALLS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

_KEY = "_ctxwatch_crossings"
_TYING = ("anyio", "asyncio", "concurrent", "janus", "opentelemetry", "uvloop")

#: Callbacks of one future that are watched. More would be a list, not a hand-off.
MOST_CALLBACKS = 100

_add = Probe("Future.add_done_callback")
_run = Probe("concurrent.futures.Future._invoke_callbacks")

#: What a future holds on to: the origins of its callbacks, by the callback's id.
Added = dict[int, list[Crossing]]


class _Turns(list[Any]):
    """A future's callbacks, whose crossings are entered as they are taken one by one."""

    def __init__(self, callbacks: list[Any], added: Added) -> None:
        super().__init__(callbacks)
        self._added = added

    __hash__ = object.__hash__  # type: ignore[assignment]

    def __iter__(self) -> Iterator[Any]:
        for callback in super().__iter__():
            entered = None
            if _run.on:
                try:
                    entered = _enter(self, callback, self._added)
                except Exception:  # the program must not notice
                    _run.failed()
            try:
                yield callback
            finally:
                if entered is not None:
                    _leave(self, *entered)


def _enter(turns: object, callback: Any, added: Added) -> tuple[Crossing, Any, bool] | None:
    waiting = added.get(id(callback))
    if not waiting:
        return None
    crossing = waiting.pop(0)
    context = current.bound_context(callback)
    span = current.span_here() if context is None else current.span_in_context(context)
    crossings.arrive(crossing, span)
    held = in_hand.here()
    if held:
        # The thread is at work on an item of a queue: for now it does something else.
        held[turns] = crossing
    return crossing, crossings.begin(crossing), bool(held)


def _leave(
    turns: object,
    crossing: Crossing,
    before: Crossing | None,
    amid_item: bool,  # noqa: FBT001 - what `_enter` has returned
) -> None:
    try:
        held = in_hand.here()
        if held:
            held.pop(turns, None)
        crossings.finish(crossing, before, amid_item=amid_item)
    except Exception:  # the program must not notice
        _run.failed()


def _patch_add(original: Callable[..., None]) -> Callable[..., None]:
    def add_done_callback(self: Any, fn: Callable[..., Any]) -> None:
        if _add.on:
            try:
                _depart(self, fn)
            except Exception:  # the program must not notice
                _add.failed()
        original(self, fn)

    return add_done_callback


def _depart(future: Any, callback: Any) -> None:
    module = getattr(callback, "__module__", None) or ""
    if module.split(".", 1)[0] in _TYING or future.done():
        return
    if current.span_here() is None and lineage.here() is None:
        return
    added: Added = vars(future).setdefault(_KEY, {})
    if len(added) < MOST_CALLBACKS:
        crossing = crossings.depart(
            Kind.ITEM, "Future.add_done_callback", NO_CALLS, depth=2, work=callback
        )
        if crossing is not None:
            added.setdefault(id(callback), []).append(crossing)


def _patch_invoke(original: Callable[[Any], None]) -> Callable[[Any], None]:
    def _invoke_callbacks(self: Any) -> None:
        callbacks = None
        if _run.on:
            try:
                added = vars(self).pop(_KEY, None)
                if added:
                    callbacks = self._done_callbacks
                    self._done_callbacks = _Turns(callbacks, added)
            except Exception:  # the program must not notice
                _run.failed()
        original(self)
        if callbacks is not None:
            self._done_callbacks = callbacks

    return _invoke_callbacks


def _install(module: ModuleType) -> None:
    patching.patch(module.Future, "add_done_callback", _patch_add)
    patching.patch(module.Future, "_invoke_callbacks", _patch_invoke)


PROBES = {"concurrent.futures._base": _install}
