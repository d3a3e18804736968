"""Bodies that are made inside a span and run when it has ended.

Handed over: a generator, an async generator or a coroutine that a ``with`` block
of a span returns, unstarted: ``with tracer.start_as_current_span(...): return
rows()``, or a function under ``@tracer.start_as_current_span(...)`` that has a
``yield``. Its code runs where it is consumed, in the consumer's context.

Python tells nobody when such an object is made. What can be known is seen when
a span ends: the frame whose ``with`` block ends is about to return (its
bytecode says so), and the youngest generator that nobody has started has one
owner, which is none of the frame's variables, and is of a function that the
returning line calls.
A ``with`` block that never returned one in its first few rounds is not looked
at again, so this costs a look at a table for each span.

Arrival: the start of a span without parent in that very generator's frame.

Skipped, because where they were made is not certain: what is kept in a variable
or a list before the block ends; ``map`` and other iterators,
which have no frame; a coroutine that becomes a task of its own.
"""

from __future__ import annotations

import contextlib
import dis
import gc
import inspect
import sys
import types
import weakref
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR
from typing import TYPE_CHECKING, Any

from opentelemetry import trace

from ctxwatch import crossings, current, decisions, intent, sites
from ctxwatch.guard import Probe
from ctxwatch.model import Place, Verdict
from ctxwatch.recorder import recorder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType

    from opentelemetry.sdk.trace import ReadableSpan

    from ctxwatch.model import Crossing

_NAMES = {
    types.GeneratorType: "generator",
    types.AsyncGeneratorType: "async generator",
    types.CoroutineType: "coroutine",
}
_DEFERRED = CO_GENERATOR | CO_ASYNC_GENERATOR | CO_COROUTINE

_EXIT = contextlib._GeneratorContextManager.__exit__.__code__
_USE_SPAN = inspect.unwrap(trace.use_span).__code__
_DECORATED = contextlib.ContextDecorator().__call__(lambda: None).__code__

#: What stands between the end of a ``with`` block and the ``return`` that ended it, where
#: blocks around it end as well.
_ENDS_BLOCKS = frozenset(
    dis.opmap.get(name, -1)
    for name in (
        "CACHE",
        "CALL",
        "CALL_FUNCTION",
        "COPY",
        "DUP_TOP",
        "LOAD_CONST",
        "NOP",
        "NOT_TAKEN",
        "POP_BLOCK",
        "POP_TOP",
        "PRECALL",
        "PUSH_NULL",
        "ROT_TWO",
        "SWAP",
    )
)
_SKIPPED = frozenset(dis.opmap.get(name, -1) for name in ("CACHE", "NOP"))
_RETURN, _POP_TOP = dis.opmap["RETURN_VALUE"], dis.opmap["POP_TOP"]

#: The collector's generation of all that has lived through a few collections.
_OLD = 2
#: How often a block is looked at that has not returned a generator yet.
_ROUNDS = 3
_MOST_BLOCKS = 10_000
_MOST_BODIES = 10_000
#: How far above the end of a span its block is: `Span.end`, and what others lay over it.
_DEPTHS = (4, 5, 6)
#: How far up the stack a generator's frame is looked for.
_FARTHEST = 60

#: Rounds left for the ends of ``with`` blocks, by place; None for a yes, 0 for a no. The id of
#: the code stands for it, as to hash one takes microseconds; `_seen` keeps the id unique.
_blocks: dict[tuple[int, int], int | None] = {}
_seen: dict[int, CodeType] = {}
#: What the lines that those blocks return from make use of.
_used: dict[tuple[int, int], frozenset[object]] = {}
#: Bodies that were made and not collected yet, by their code and id.
_bodies: dict[CodeType, dict[int, tuple[weakref.ref[Any], Crossing]]] = {}
_count = 0

_end = Probe("span end")


def span_ended(span: ReadableSpan) -> None:
    """Look whether the ``with`` block that *span* ended with returns an unstarted body."""
    if not _end.on:
        return
    try:
        for depth in _DEPTHS:
            if sys._getframe(depth).f_code is _USE_SPAN:
                break
        else:
            return  # ended by hand
        # The generator of use_span, what closes it, and the block; the SDK's
        # start_as_current_span is a block around a block.
        depth += 2
        frame = sys._getframe(depth)
        if _is_sdk(frame.f_code):
            depth += 2
            frame = sys._getframe(depth)
        if sys._getframe(depth - 1).f_code is _EXIT and _rounds_left(frame) != 0:
            _look(span, frame, depth - 1)
    except ValueError:  # the stack is not that deep
        return
    except Exception:
        _end.failed()


def _is_sdk(code: CodeType) -> bool:
    return code.co_name == "start_as_current_span" and code.co_flags & CO_GENERATOR != 0


def _rounds_left(frame: FrameType) -> int | None:
    key = id(frame.f_code), frame.f_lasti
    try:
        return _blocks[key]
    except KeyError:
        if len(_blocks) >= _MOST_BLOCKS:
            return 0
        _seen[key[0]] = frame.f_code
        left = _blocks[key] = _ROUNDS if _returns(frame.f_code, frame.f_lasti) else 0
        return left


def _returns(code: CodeType, instruction: int) -> bool:
    """Whether a block that ends at *instruction* ends with a ``return`` of more than a constant."""
    # Not by `dis`: it makes so many objects that the collector runs, twice, and what the
    # block returns is no longer among the young ones.
    opcodes = code.co_code
    before = -1
    for offset in range(instruction + 2, len(opcodes), 2):
        opcode = opcodes[offset]
        if opcode == _RETURN:
            return before == _POP_TOP
        if opcode not in _ENDS_BLOCKS:
            return False
        if opcode not in _SKIPPED:
            before = opcode
    return False


def _look(span: ReadableSpan, frame: FrameType, depth: int) -> None:
    """Note the body that *frame*, *depth* frames above the caller, is about to return."""
    key = id(frame.f_code), frame.f_lasti
    body = _unstarted(frame)
    left = _blocks[key]
    if body is None:
        if left is not None:
            _blocks[key] = left - 1
        return
    _blocks[key] = None
    site = sites.find(depth + 1)
    if site is None:
        return
    here = Place(frame.f_code, _return_expression(frame))
    if site.place.as_tuple()[0] == here.file and site.place.function == here.function:
        site = site._replace(place=here)
    context = span.get_span_context()
    if context is None:
        return
    ended: weakref.ref[Any] = weakref.ref(span)
    origin = current.spot(None)._replace(context=context, name=span.name, span=ended)
    crossing = crossings.put_by(_NAMES[type(body)], origin, site)
    keep(body, crossing)


def _return_expression(frame: FrameType) -> int:
    """The instruction of the value that *frame* returns: the last one on another line."""
    code = frame.f_code
    block_line = frame.f_lineno
    best = frame.f_lasti
    for start, end, line in code.co_lines():
        if start >= frame.f_lasti:
            break
        if line is not None and line != block_line:
            best = end - 2
    return best


def _unstarted(frame: FrameType) -> Any:
    """The youngest body that nobody has started, if *frame* alone can have it and has made it."""
    if not gc.isenabled():
        return None
    for generation in range(3):
        # Asked anew: even the list of the objects may set off a collection. All objects are
        # old, and many, unless one of the last two collections was of the middle generation.
        if generation == _OLD and gc.get_count()[1] > 1:
            return None
        found = None
        for body in reversed(gc.get_objects(generation=generation)):
            if type(body) not in _NAMES or not _is_new(body):
                continue
            alone = sys.getrefcount(body) == _UNOWNED + 1 and _is_returned(body, frame)
            if generation == 0:
                return body if alone else None
            if alone:  # a collection mixes up the order, so this has to be the only one
                if found is not None:
                    return None
                found = body
        if found is not None:
            return found
    return None


def _is_returned(body: Any, frame: FrameType) -> bool:
    """Whether *body*, which has one owner, is what the line that *frame* returns from made."""
    code, _ = _inside(body)
    return (
        id(body) not in _bodies.get(code, ())
        and _calls(frame, code)
        and not any(local is body for local in frame.f_locals.values())
    )


def _inside(body: Any) -> tuple[CodeType, FrameType | None]:
    if type(body) is types.GeneratorType:
        return body.gi_code, body.gi_frame
    if type(body) is types.CoroutineType:
        return body.cr_code, body.cr_frame
    return body.ag_code, body.ag_frame


def _is_new(body: Any) -> bool:
    """Whether nobody has started *body* yet."""
    code, frame = _inside(body)
    if frame is None:
        return False
    prefix = {CO_GENERATOR: "gi", CO_COROUTINE: "cr"}.get(code.co_flags & _DEFERRED, "ag")
    suspended = getattr(body, prefix + "_suspended", None)
    if suspended is not None:  # 3.11, for async generators 3.12
        return not suspended and not getattr(body, prefix + "_running")
    last = frame.f_lasti
    return last < 0 or code.co_code[last] == dis.opmap.get("RETURN_GENERATOR", -1)


def _calls(frame: FrameType, code: CodeType) -> bool:
    """Whether the line that *frame* returns from has the name of the function with *code* in it."""
    own = frame.f_code
    if own is _DECORATED:
        function = frame.f_locals.get("func")
        return getattr(function, "__code__", None) is code
    key = id(own), frame.f_lasti
    used = _used.get(key)
    if used is None:
        used = _used[key] = _used_by(own, Place(own, _return_expression(frame)).line, frame.f_lasti)
    return code in used or code.co_name in used


def _used_by(code: CodeType, line: int, end: int) -> frozenset[object]:
    """The names, and the code of generator expressions, in the *line* that comes before *end*."""
    used: set[object] = set()
    here = 0
    for found in dis.get_instructions(code):
        if found.offset > end:
            break
        here = _line_starting_at(found) or here
        if here == line and isinstance(found.argval, str | types.CodeType):
            used.add(found.argval)
    return frozenset(used)


def _line_starting_at(instruction: dis.Instruction) -> int | None:
    positions = getattr(instruction, "positions", None)  # from 3.11
    line = instruction.starts_line if positions is None else positions.lineno
    return None if line is None else int(line)


def keep(body: Any, crossing: Crossing | None) -> None:
    """Remember that *body*, a generator or the like, was handed over by *crossing*, if it was."""
    global _count  # noqa: PLW0603 - the size of the table
    if crossing is None or _count >= _MOST_BODIES:
        return
    code, _ = _inside(body)
    ident = id(body)

    def collected(_: object) -> None:
        global _count  # noqa: PLW0603 - the size of the table
        held = _bodies.get(code)
        if held is not None and held.pop(ident, None) is not None:
            _count -= 1
            if not held:
                _bodies.pop(code, None)
        decisions.over(crossing)

    # A coroutine may be a worker that goes round for ever, which its end will show.
    crossing.running = code.co_flags & CO_COROUTINE != 0
    _bodies.setdefault(code, {})[ident] = weakref.ref(body, collected), crossing
    _count += 1


def here() -> Crossing | None:
    """The crossing that made the body which runs here, None where none is known."""
    if not _bodies:
        return None
    for frame in _stack():
        for ref, crossing in tuple(_bodies.get(frame.f_code, {}).values()):
            body = ref()
            if body is None or _inside(body)[1] is not frame:
                continue
            if type(body) is types.CoroutineType and not _is_awaited(frame):
                return None
            return _arrived(crossing)
    return None


def _stack() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(2)
    for _ in range(_FARTHEST):
        if frame is None:
            return
        yield frame
        above = frame.f_back
        if above is None or sites.leaves_unit(frame.f_code, above):
            return
        frame = above


def _is_awaited(frame: FrameType) -> bool:
    above = frame.f_back
    return above is not None and bool(above.f_code.co_flags & _DEFERRED)


def _arrived(crossing: Crossing) -> Crossing | None:
    if crossing.verdict is None:
        crossing.arrival = current.spot(None)
        crossing.verdict = Verdict.LOST
        crossing.loss = crossing
        crossing.purpose = crossing.purpose or intent.reason_at(crossing.site)
        if crossing.purpose is not None:
            crossing.verdict = Verdict.DETACHED
            crossing.loss = None
            recorder.silenced(crossing.purpose)
            recorder.arrived(crossing)
        else:
            recorder.hold(crossing)
    return crossing if crossing.loss is not None else None


def _count_unowned() -> int:
    """How many references `sys.getrefcount` counts above for an object that nobody owns."""
    number = 0
    for body in reversed([object()]):
        number = sys.getrefcount(body)
    return number


_UNOWNED = _count_unowned()

PROBES: dict[str, Any] = {}
