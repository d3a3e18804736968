"""What the code of a generator tells: at which ``yield`` it stands, which loop reads it."""

from __future__ import annotations

import dis
import functools
import linecache
import sys
from inspect import CO_ASYNC_GENERATOR, CO_GENERATOR
from typing import TYPE_CHECKING

from ctxwatch.model import Place

if TYPE_CHECKING:
    from types import CodeType

_FOR = dis.opmap["FOR_ITER"]
_ANEXT = dis.opmap["GET_ANEXT"]
#: Loops whose lines are remembered.
_MOST_LOOPS = 1_000
_SEND = dis.opmap.get("SEND", -1)
_YIELD = dis.opmap["YIELD_VALUE"]
#: What stands between the request for the next item of an ``async for`` and its arrival.
_AWAITS = frozenset(
    dis.opmap.get(name, -1)
    for name in ("CACHE", "EXTENDED_ARG", "LOAD_CONST", "RESUME", "SEND", "YIELD_VALUE")
) | {dis.opmap.get("YIELD_FROM", -1)}


def is_generator(code: CodeType) -> bool:
    """Whether *code* is of a generator or an async generator."""
    return code.co_flags & (CO_GENERATOR | CO_ASYNC_GENERATOR) != 0


def kind(code: CodeType) -> str:
    """What a reader calls it."""
    return "async generator" if code.co_flags & CO_ASYNC_GENERATOR else "generator"


def yield_place(code: CodeType, opened: int, closed: int | None) -> Place | None:
    """The ``yield`` of the generator *code* at which the scope was held that *opened* opened.

    If an exception is being handled that was thrown into the generator, its traceback
    says so. Otherwise it is the last one before *closed*, the instruction that closed the
    scope; None where that is not known, or comes earlier, as in a loop.
    """
    error = sys.exc_info()[1]
    while error is not None:
        traceback = error.__traceback__
        while traceback is not None:
            if traceback.tb_frame.f_code is code:
                return Place(code, traceback.tb_lasti)
            traceback = traceback.tb_next
        error = error.__context__
    between = [offset for offset in _yields(code) if opened < offset < (closed or 0)]
    return Place(code, between[-1]) if between else None


def _yields(code: CodeType) -> list[int]:
    """The instructions of *code* that yield, and are not part of an ``await``."""
    opcodes = code.co_code
    return [
        offset
        for offset in range(2, len(opcodes), 2)
        if opcodes[offset] == _YIELD and opcodes[offset - 2] != _SEND
    ]


def is_loop(code: CodeType, instruction: int) -> bool:
    """Whether *instruction* is where a ``for`` or ``async for`` asks for its next item."""
    opcodes = code.co_code
    if opcodes[instruction] == _FOR:
        return True
    while instruction > 0 and opcodes[instruction] in _AWAITS:
        instruction -= 2
    return opcodes[instruction] == _ANEXT


def is_left(code: CodeType, loop: int, instruction: int) -> bool:
    """Whether *instruction* is outside of the loop that asks for its items at *loop*.

    The bytecode of a loop that always ends with a ``break`` does not show where it ends, so
    this reads the source. No where there is none.
    """
    body = _body(code, Place(code, loop).line)
    return body is not None and Place(code, instruction).line not in body


@functools.lru_cache(maxsize=_MOST_LOOPS)
def _body(code: CodeType, line: int) -> range | None:
    """The lines of the innermost loop in *code* whose header is at *line*, header included."""
    import ast

    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except (SyntaxError, ValueError):
        return None
    loops = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.For | ast.AsyncFor)
        and node.lineno <= line <= max(node.lineno, node.body[0].lineno - 1)
    ]
    if not loops:
        return None
    innermost = max(loops, key=lambda node: node.lineno)
    return range(innermost.lineno, (innermost.body[-1].end_lineno or line) + 1)
