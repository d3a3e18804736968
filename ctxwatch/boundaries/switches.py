"""Plain greenlets: `greenlet.switch`.

Handed over: whatever a greenlet is switched to for. It starts with an empty context,
and goes on with its own, while the one that switched to it waits for it. Its class is C
and cannot be patched, and `greenlet.settrace` is the program's. So both sides are looked
at in the moment in which it matters: a span without parent starts in a greenlet, while
its parent greenlet stands in the very call of its `switch`, under a span that is open.

Skipped, because what was switched to for whom is not certain: greenlets that another one
than their parent switches to, ``switch`` called on anything but a name or an attribute,
or in a library's line; and greenlets in which an event loop runs. gevent's greenlets
have the hub for their parent, under which no span is current.
"""

from __future__ import annotations

import dis
import functools
from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, intent, sites
from ctxwatch.model import Kind, Place, Site

if TYPE_CHECKING:
    from types import CodeType, FrameType

    from ctxwatch.model import Crossing

#: Lines whose ``switch`` is remembered. More are read anew.
_MOST_LINES = 1_000
#: What ends the expression in which a ``switch`` was looked up, by the start of its name.
_ENDS_EXPRESSION = ("JUMP", "POP_JUMP", "POP_TOP", "RETURN", "STORE")
_LOADS = ("LOAD_DEREF", "LOAD_FAST", "LOAD_GLOBAL", "LOAD_NAME")


def here() -> Crossing | None:
    """The hand-off to the greenlet that runs here, which has lost its context; None for others."""
    greenlet = current.running_greenlet()
    if greenlet is None or current.in_event_loop():
        return None
    caller = greenlet.parent
    frame = caller.gr_frame
    context = getattr(caller, "gr_context", None)  # from greenlet 1.0
    if context is None or frame is None or not sites.is_users(frame.f_code):
        return None
    span = current.span_in_context(context)
    if span is None or getattr(span, "end_time", None) is not None:
        return None
    if _switched_to(frame) is not greenlet:
        return None
    site = Site(Place(frame.f_code, frame.f_lasti), None, None)
    crossing = crossings.put_by("greenlet.switch", current.spot(span), site)
    if crossing is None:
        return None
    crossing.kind = Kind.THREAD
    crossing.purpose = intent.reason_in(context)
    crossings.arrive(crossing, None)
    return crossing


def _switched_to(frame: FrameType) -> Any:
    """The object whose `switch` *frame* is calling, None where that is not certain."""
    names = _receiver(frame.f_code, frame.f_lasti)
    if not names:
        return None
    first, *attributes = names
    missing = object()
    found = frame.f_locals.get(first, frame.f_globals.get(first, missing))
    for name in attributes:
        # What is in the instance alone: a property would run the program's code.
        found = getattr(found, "__dict__", {}).get(name, missing)
    return found


@functools.lru_cache(maxsize=_MOST_LINES)
def _receiver(code: CodeType, instruction: int) -> tuple[str, ...]:
    """The names before the last ``.switch`` up to *instruction*: ``self, worker``. Else empty."""
    names: list[str] = []
    found: tuple[str, ...] = ()
    for step in dis.get_instructions(code):
        if step.offset > instruction:
            break
        if step.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            if step.argval == "switch":
                found, names = tuple(names), []
            elif names:
                names.append(step.argval)
        elif step.opname.startswith(_LOADS):
            # Some instructions load two names at a time.
            names = [step.argval[-1] if isinstance(step.argval, tuple) else step.argval]
        elif step.opname not in ("CACHE", "EXTENDED_ARG"):
            names = []
            if step.opname.startswith(_ENDS_EXPRESSION):
                found = ()
    return found
