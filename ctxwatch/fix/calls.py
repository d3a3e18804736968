"""Hand-offs of a function: it is run in a copy of the context that is current at the hand-off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from ctxwatch.fix.source import ByHand, method_name, walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxwatch.fix.source import Source

_RUN = "contextvars.copy_context().run"


class Parameters(NamedTuple):
    """Where a constructor takes the function and the tuple of its arguments."""

    names: tuple[str, ...]
    function: str
    arguments: str = "args"


#: Method and position of the function, by boundary: its arguments follow it.
FUNCTION_AT = {
    "ThreadPoolExecutor.submit": ("submit", 0),
    "loop.run_in_executor": ("run_in_executor", 1),
    "gevent.spawn": ("spawn", 0),
    "gevent.spawn_later": ("spawn_later", 1),
    "gevent.pool.Pool.spawn": ("spawn", 0),
    "gevent.threadpool.ThreadPool.spawn": ("spawn", 0),
}

#: What is made first and started by ``start()``, by boundary.
STARTED = {
    "threading.Thread.start": (
        "threading.Thread",
        Parameters(("group", "target", "name", "args", "kwargs"), "target"),
    ),
    "threading.Timer": (
        "threading.Timer",
        Parameters(("interval", "function", "args", "kwargs"), "function"),
    ),
}


def copy_before(source: Source, call: cst.Call, position: int) -> None:
    """``submit(work, 1)`` becomes ``submit(contextvars.copy_context().run, work, 1)``."""
    before = call.args[: position + 1]
    if len(before) <= position or any(arg.keyword or arg.star for arg in before):
        raise ByHand("the function is not plain to see among the arguments")
    _refuse_mended(source, before[position].value)

    def change(updated: cst.Call) -> cst.Call:
        args = list(updated.args)
        args.insert(position, cst.Arg(cst.parse_expression(_RUN), comma=_between(args, position)))
        return updated.with_changes(args=args)

    source.edit(call, change)
    source.need_import("contextvars")


def copy_for_each(source: Source, call: cst.Call) -> None:
    """``map(work, items)`` hands a copy of the context over with each item.

    It becomes ``map(Context.run, copies, repeat(work), items)``, with an iterator
    that makes a copy whenever it is asked. ``map`` takes its items before it
    returns, so that all copies are of the context of its caller.
    """
    first = call.args[0] if call.args else None
    if first is None or first.keyword or first.star:
        raise ByHand("the function is not plain to see among the arguments")
    if any(arg.keyword and arg.keyword.value == "buffersize" for arg in call.args):
        raise ByHand("with buffersize, the items are taken later")
    _refuse_mended(source, first.value)

    def change(updated: cst.Call) -> cst.Call:
        comma = _between(updated.args, 0)
        work = cst.Call(cst.parse_expression("itertools.repeat"), [cst.Arg(updated.args[0].value)])
        run = cst.Arg(cst.parse_expression("contextvars.Context.run"), comma=comma)
        copies = cst.Arg(cst.parse_expression("iter(contextvars.copy_context, None)"), comma=comma)
        args = [run, copies, updated.args[0].with_changes(value=work), *updated.args[1:]]
        return updated.with_changes(args=args)

    source.edit(call, change)
    source.need_import("contextvars")
    source.need_import("itertools")


def copy_at_start(source: Source, start: cst.Call, boundary: str) -> None:
    """``Thread(target=work, args=(1,))`` gets the copy for target, and ``args=(work, 1)``.

    The thread has to be made in the block in which it is started: where it is
    made elsewhere, another context may be current there.
    """
    name, parameters = STARTED[boundary]
    made = _made_for(source, start)
    if not made or not all(source.means(call.func, name) for call in made):
        raise ByHand("it is not made in the block in which it is started")
    for call in made:
        _copy_for_target(source, call, parameters)
    source.need_import("contextvars")


def _made_for(source: Source, start: cst.Call) -> Sequence[cst.Call]:
    """The calls that make what ``start()`` is called on."""
    if not isinstance(start.func, cst.Attribute):
        return []
    receiver = start.func.value
    if isinstance(receiver, cst.Call):
        return [receiver]
    loop = _loop_over(source, start, receiver)
    value = (
        _assigned_before(source, start, receiver)
        if loop is None
        else _assigned_before(source, loop, loop.iter)
    )
    if loop is None:
        return [value] if isinstance(value, cst.Call) else []
    if isinstance(value, cst.ListComp):
        return [value.elt] if isinstance(value.elt, cst.Call) else []
    if isinstance(value, (cst.List, cst.Tuple)):
        items = [element.value for element in value.elements]
        calls = [item for item in items if isinstance(item, cst.Call)]
        return calls if len(calls) == len(items) else []
    return []


def _loop_over(source: Source, start: cst.Call, receiver: cst.BaseExpression) -> cst.For | None:
    """The loop whose body is directly around *start* and whose variable is *receiver*."""
    loop = source.parent(source.place(start).block)
    if isinstance(loop, cst.For) and loop.target.deep_equals(receiver):
        return loop
    return None


def _assigned_before(
    source: Source, node: cst.CSTNode, name: cst.BaseExpression
) -> cst.BaseExpression | None:
    """What *name* is assigned in the block of *node*, above it; None if that is not certain."""
    block, index = source.place(node)
    for statement in reversed(block.body[:index]):
        nodes = list(walk(statement))
        if any(isinstance(n, cst.Call) and method_name(n) in ("attach", "detach") for n in nodes):
            return None
        targets = [n.target for n in nodes if isinstance(n, cst.AssignTarget)]
        if not any(target.deep_equals(name) for target in targets):
            continue
        if isinstance(statement, cst.SimpleStatementLine) and len(targets) == 1:
            (assign,) = [n for n in nodes if isinstance(n, cst.Assign)]
            return assign.value
        return None
    return None


def _copy_for_target(source: Source, call: cst.Call, parameters: Parameters) -> None:
    arguments = _by_name(call, parameters.names)
    if parameters.function not in arguments:
        raise ByHand("the function is not plain to see among the arguments")
    function = arguments[parameters.function]
    _refuse_mended(source, call.args[function].value)
    given = arguments.get(parameters.arguments)
    following = call.args[function + 1 : function + 2]
    if given is None and any(arg.keyword is None for arg in following):
        raise ByHand("the function is not plain to see among the arguments")

    def change(updated: cst.Call) -> cst.Call:
        args = list(updated.args)
        work = args[function].value
        args[function] = args[function].with_changes(value=cst.parse_expression(_RUN))
        if given is None:
            equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
            after = cst.Arg(
                cst.Tuple([cst.Element(work, cst.Comma())]),
                keyword=cst.Name(parameters.arguments),
                equal=equal,
                comma=args[function].comma,
            )
            args[function] = args[function].with_changes(comma=_comma())
            args.insert(function + 1, after)
        else:
            args[given] = args[given].with_changes(value=_prepended(work, args[given].value))
        return updated.with_changes(args=args)

    source.edit(call, change)


def _by_name(call: cst.Call, names: Sequence[str]) -> dict[str, int]:
    """The index of each argument of *call*, by the name of its parameter."""
    if any(arg.star for arg in call.args):
        raise ByHand("the function is not plain to see among the arguments")
    return {
        arg.keyword.value if arg.keyword else names[index]: index
        for index, arg in enumerate(call.args)
    }


def _prepended(work: cst.BaseExpression, args: cst.BaseExpression) -> cst.BaseExpression:
    """The tuple or list *args* with *work* in front."""
    if isinstance(args, (cst.Tuple, cst.List)):
        old = list(args.elements)
        if len(old) == 1:  # (work, 1) needs no comma at its end, as (1,) did
            old[0] = old[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        first = cst.Element(work, _comma() if old else cst.Comma())
        return args.with_changes(elements=[first, *old])
    return cst.Tuple([cst.Element(work, _comma()), cst.StarredElement(args)])


def _refuse_mended(source: Source, function: cst.BaseExpression) -> None:
    if re.search(r"copy_context|Context\.run", source.code(function)):
        raise ByHand("the file has changed since the run: it copies the context already")


def _between(args: Sequence[cst.Arg], position: int) -> cst.Comma | cst.MaybeSentinel:
    """A comma as they stand between *args*, which may be on lines of their own."""
    if len(args) > 1:
        return args[min(position, len(args) - 2)].comma
    return _comma()


def _comma() -> cst.Comma:
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
