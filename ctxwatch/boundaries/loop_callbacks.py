"""Callbacks of an event loop: `call_later`, `call_at`, `call_soon_threadsafe`, `add_reader` ...

Handed over: a function that the loop calls, in a copy of the context of the call
that handed it over. So what it will see is known at once, and both sides are seen
there, on asyncio's own loops and on uvloop. The crossing travels in that copy: the
loop's method is called in a copy of ours, from which it makes its own. A task or a
connection that the callback starts copies it too, so it counts only where the
callback itself is on the stack.

None of these loses a context. They pass on what was lost before, as in a thread;
they come late, after the span has ended; and a signal handler, which serves the
whole process, keeps the span under which it was added for ever. A reader or writer
may serve one request or many, which is not known: it is called late, and leaked
only after a minute.

Skipped: callbacks of asyncio itself, those that bring a context of their own, and
`loop.call_soon`, through which every step of every task goes and in which nothing is
lost: it is watched with ``CTXWATCH_BOUNDARIES=call_soon``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ctxwatch import config, crossings, current, lineage, patching
from ctxwatch.guard import Probe
from ctxwatch.model import Crossing, Kind
from ctxwatch.recorder import recorder
from ctxwatch.sites import Calls

if TYPE_CHECKING:
    import contextvars
    from collections.abc import Callable
    from types import CodeType, ModuleType

_CALLS = Calls({("asyncio/base_events.py", "call_later"): "loop.call_later"})

#: Methods of a loop that a program may hand to another one of them.
_HANDING_ON = frozenset({"call_at", "call_later", "call_soon", "create_task"})
_LOOPS_OWN = ("asyncio", "uvloop")

#: How many arguments come before the callback, what kind of unit that is, and which.
_METHODS = {
    "call_soon": (0, Kind.ITEM, ""),
    "call_later": (1, Kind.ITEM, ""),
    "call_at": (1, Kind.ITEM, ""),
    "call_soon_threadsafe": (0, Kind.ITEM, ""),
    "add_reader": (1, Kind.CALLBACK, "reader"),
    "add_writer": (1, Kind.CALLBACK, "writer"),
    "add_signal_handler": (1, Kind.CALLBACK, ""),
}

_call = Probe("loop callbacks")


def _code(callback: Any) -> CodeType | None:
    """The code of the program's function behind *callback*, None for what needs no watching."""
    while isinstance(callback, partial):
        callback = callback.func
    code: CodeType | None = getattr(callback, "__code__", None)
    if code is None:
        return None
    module = getattr(callback, "__module__", None) or ""
    is_own = module.split(".", 1)[0] in _LOOPS_OWN
    return None if is_own and callback.__name__ not in _HANDING_ON else code


def _patch(name: str) -> Callable[[Any], Callable[..., Any]]:
    before, kind, variant = _METHODS[name]

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def register(self: Any, *args: Any, **kwargs: Any) -> Any:
            context = None
            if _call.on and len(args) > before and kwargs.get("context") is None:
                try:
                    code = _code(args[before])
                    if code is not None:
                        context = _hand_over(name, code, kind, variant)
                except Exception:  # the program must not notice
                    _call.failed()
            if context is None:
                return original(self, *args, **kwargs)
            return context.run(original, self, *args, **kwargs)

        return register

    return make


def _hand_over(name: str, code: CodeType, kind: Kind, variant: str) -> contextvars.Context | None:
    """The context to register a callback in, None where there is nothing to explain."""
    span = current.span_here()
    if span is None and lineage.here() is None:
        return None
    crossing = crossings.depart(kind, f"loop.{name}", _CALLS, depth=2, variant=variant)
    if crossing is None:
        return None
    _rearm(crossing, code)
    crossings.judge_arrival(crossing, span)
    recorder.arrived(crossing)
    return lineage.context_for_callback(crossing)


def _rearm(crossing: Crossing, code: CodeType) -> None:
    """Note the callback's code, and whether it is one that hands itself over again."""
    crossing.work = code
    before = () if crossing.parent is None else crossing.parent.chain()
    for hop in before:
        if hop.work is code:
            hop.rearmed = True


def _patch_all(owner: Any, *names: str) -> None:
    for name in names:
        if hasattr(owner, name):
            patching.patch(owner, name, _patch(name))


def _optional() -> tuple[str, ...]:
    chosen: tuple[str, ...] = config.read().value("CTXWATCH_BOUNDARIES")
    return chosen


def _install_base(module: ModuleType) -> None:
    # call_later calls call_at, where both are seen.
    _patch_all(module.BaseEventLoop, "call_at", "call_soon_threadsafe", *_optional())


def _install_selector(module: ModuleType) -> None:
    _patch_all(module.BaseSelectorEventLoop, "add_reader", "add_writer")


def _install_unix(module: ModuleType) -> None:
    _patch_all(module._UnixSelectorEventLoop, "add_signal_handler")


def _install_uvloop(module: ModuleType) -> None:
    # Here call_at calls call_later.
    names = ("call_later", "call_soon_threadsafe", "add_reader", "add_writer")
    _patch_all(module.Loop, *names, "add_signal_handler", *_optional())


PROBES = {
    "asyncio.base_events": _install_base,
    "asyncio.selector_events": _install_selector,
    "asyncio.unix_events": _install_unix,
    "uvloop": _install_uvloop,
}
