"""Callbacks of an event loop: `call_later`, `call_at`, `call_soon_threadsafe`, `add_reader` ...

Handed over: a function that the loop calls, in a copy of the context of the call
that handed it over. So what it will see is known at once, and both sides are seen
there, on asyncio's own loops and on uvloop. The crossing travels in that copy: the
loop's method is called in a copy of ours, from which it makes its own. A task or a
connection that the callback starts copies it too, so it counts only where the
callback itself is on the stack.

None of these loses a context. They pass on what was lost before, as in a thread;
they come late, after the span has ended; and a signal handler, which serves the
whole process, keeps the span under which it was added for ever.

A reader or writer may serve one request or many, and nothing says whose bytes it is
called for; how it ends tells. What its own request removes, after one round, came
late. What goes round after the request has ended, and is removed by somebody else,
or never, leaks. Of the rest nothing is said.

Skipped: callbacks of asyncio itself, those that bring a context of their own, and
`loop.call_soon`, through which every step of every task goes and in which nothing is
lost: it is watched with ``CTXWATCH_BOUNDARIES=call_soon``.
"""

from __future__ import annotations

import weakref
from functools import partial
from typing import TYPE_CHECKING, Any

from ctxwatch import config, crossings, current, inheritance, lineage, patching
from ctxwatch.guard import Probe
from ctxwatch.model import Crossing, Kind, Stage
from ctxwatch.recorder import recorder
from ctxwatch.sites import Calls

if TYPE_CHECKING:
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

#: Readers and writers of one process that are watched for their end. The end of more is unseen.
_MOST_REGISTERED = 10_000

#: By the loop's id, the variant and the file descriptor: the crossing of the reader or writer
#: that is registered, and the task that added it, None where that was a callback.
_registered: dict[tuple[int, str, int], tuple[Crossing, weakref.ref[Any] | None]] = {}

#: Code of the loops' own callbacks, by id, as to hash a code object takes a microsecond.
_own: dict[int, CodeType] = {}
_MOST_OWN = 1_000

_call = Probe("loop callbacks")


def _code(callback: Any) -> CodeType | None:
    """The code of the program's function behind *callback*, None for what needs no watching."""
    while isinstance(callback, partial):
        callback = callback.func
    code: CodeType | None = getattr(callback, "__code__", None)
    if code is None or id(code) in _own:
        return None
    module = getattr(callback, "__module__", None) or ""
    if module.split(".", 1)[0] in _LOOPS_OWN and callback.__name__ not in _HANDING_ON:
        if len(_own) < _MOST_OWN:
            _own[id(code)] = code
        return None
    return code


def _patch(name: str) -> Callable[[Any], Callable[..., Any]]:
    before, kind, variant = _METHODS[name]

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def register(self: Any, *args: Any, **kwargs: Any) -> Any:
            context = None
            if _call.on and len(args) > before and kwargs.get("context") is None:
                try:
                    if variant:
                        _removed(self, variant, args[0])
                    code = _code(args[before])
                    crossing = None if code is None else _hand_over(name, code, kind, variant)
                    if crossing is not None:
                        if variant:
                            _added(self, variant, args[0], crossing)
                        context = lineage.context_for_callback(crossing)
                except Exception:  # the program must not notice
                    _call.failed()
            if context is None:
                return original(self, *args, **kwargs)
            return context.run(original, self, *args, **kwargs)

        return register

    return make


def _hand_over(name: str, code: CodeType, kind: Kind, variant: str) -> Crossing | None:
    """Take down that a callback is registered, None where there is nothing to explain."""
    span = current.span_here()
    if span is None and lineage.here() is None:
        return None
    crossing = crossings.depart(kind, f"loop.{name}", _CALLS, depth=2, variant=variant)
    if crossing is None:
        return None
    _rearm(crossing, code)
    crossings.judge_arrival(crossing, span)
    recorder.arrived(crossing)
    return crossing


def _rearm(crossing: Crossing, code: CodeType) -> None:
    """Note the callback's code, and whether it is one that hands itself over again."""
    crossing.work = code
    before = () if crossing.parent is None else crossing.parent.chain()
    for hop in before:
        if hop.work is code:
            hop.rearmed = True


def _patch_remove(variant: str) -> Callable[[Any], Callable[..., Any]]:
    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def remove(self: Any, *args: Any, **kwargs: Any) -> Any:
            if _call.on and _registered:
                try:
                    for file in (*args, *kwargs.values()):
                        _removed(self, variant, file)
                except Exception:  # the program must not notice
                    _call.failed()
            return original(self, *args, **kwargs)

        return remove

    return make


def _added(loop: object, variant: str, file: Any, crossing: Crossing) -> None:
    """The reader or writer of *file* has its context from *crossing* until `_removed`."""
    if crossing.origin.context is None or len(_registered) >= _MOST_REGISTERED:
        return
    task = current.running_task()
    crossing.running = True
    added_by = None if task is None else weakref.ref(task)
    _registered[id(loop), variant, _descriptor(file)] = crossing, added_by


def _removed(loop: object, variant: str, file: Any) -> None:
    """Whatever reader or writer of *file* was registered is so no longer."""
    found = _registered.pop((id(loop), variant, _descriptor(file)), None)
    if found is None:
        return
    crossing, added_by = found
    crossing.running = False
    task = current.running_task()
    by_itself = _is_current_trace(crossing) or (
        task is not None and added_by is not None and added_by() is task
    )
    inheritance.decide(crossing, Stage.ENDED if by_itself else Stage.STOPPED)
    if not by_itself and not crossing.leaked:
        crossing.foreign = None  # nobody will ever know


def _descriptor(file: Any) -> int:
    """The number of *file*, as the loop takes it; -1, which no file has, where it is closed."""
    try:
        return int(file if isinstance(file, int) else file.fileno())
    except (AttributeError, TypeError, ValueError):  # the loop is going to say so
        return -1


def _is_current_trace(crossing: Crossing) -> bool:
    """Whether a span of the trace in which *crossing* was made is current: in its callback, say."""
    span, origin = current.span_here(), crossing.origin.context
    if span is None or origin is None:
        return False
    return span.get_span_context().trace_id == origin.trace_id


def _patch_all(owner: Any, *names: str) -> None:
    for name in names:
        if hasattr(owner, name):
            patching.patch(owner, name, _patch(name))


def _patch_removals(loop: type) -> None:
    patching.patch(loop, "remove_reader", _patch_remove("reader"))
    patching.patch(loop, "remove_writer", _patch_remove("writer"))


def _optional() -> tuple[str, ...]:
    chosen: tuple[str, ...] = config.read().value("CTXWATCH_BOUNDARIES")
    return chosen


def _install_base(module: ModuleType) -> None:
    # call_later calls call_at, where both are seen.
    _patch_all(module.BaseEventLoop, "call_at", "call_soon_threadsafe", *_optional())


def _install_selector(module: ModuleType) -> None:
    _patch_all(module.BaseSelectorEventLoop, "add_reader", "add_writer")
    _patch_removals(module.BaseSelectorEventLoop)


def _install_unix(module: ModuleType) -> None:
    _patch_all(module._UnixSelectorEventLoop, "add_signal_handler")


def _install_uvloop(module: ModuleType) -> None:
    # Here call_at calls call_later.
    names = ("call_later", "call_soon_threadsafe", "add_reader", "add_writer")
    _patch_all(module.Loop, *names, "add_signal_handler", *_optional())
    _patch_removals(module.Loop)


PROBES = {
    "asyncio.base_events": _install_base,
    "asyncio.selector_events": _install_selector,
    "asyncio.unix_events": _install_unix,
    "uvloop": _install_uvloop,
}
