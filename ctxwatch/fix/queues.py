"""Hand-offs over a queue whose two ends are in view: each item brings its context along.

``queue.put(item)`` becomes ``queue.put((otel_context.get_current(), item))``, the
consumer's ``item = queue.get()`` takes both, and what follows it in its block
works under that context.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import libcst as cst

from ctxwatch.fix.source import ByHand, method_name, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxwatch.fix.source import Source
    from ctxwatch.report.records import Finding

#: What keeps items as they are. A priority queue compares them, and a context has no order.
BOUNDARIES = {
    f"{queue}.{put}"
    for queue in (
        "queue.Queue",
        "queue.LifoQueue",
        "queue.SimpleQueue",
        "asyncio.Queue",
        "asyncio.LifoQueue",
    )
    for put in ("put", "put_nowait")
}

PUTS = ("put", "put_nowait")
_GETS = ("get", "get_nowait")
_OTHERS = ("task_done", "join", "qsize", "empty", "full")

#: Files that are looked through for other users of a queue.
_MOST_FILES = 2_000


def carry_context(source: Source, put: cst.Call, finding: Finding) -> None:
    """Let every item of the queue that *put* puts into bring its context to the one consumer."""
    if not isinstance(put.func, cst.Attribute):
        raise ByHand("the queue is not named where the item is put")
    queue = put.func.value
    uses = _uses(source, queue, finding.file)
    gets = [call for call in uses if method_name(call) in _GETS]
    if len(gets) != 1:
        raise ByHand("the queue has no single consumer in this file")
    statement = _assignment(source, gets[0])
    place = source.place(statement)
    if not isinstance(place.block, cst.IndentedBlock) or place.above + 1 == len(place.block.body):
        raise ByHand("the item is worked on elsewhere than below the line that takes it")
    rest = place.block.body[place.above + 1 :]
    _check_work(source, rest, finding)
    puts = [call for call in uses if method_name(call) in PUTS]
    for call in puts:
        source.edit(_item(call), lambda arg: arg.with_changes(value=_with_context(arg.value)))
    origin, token = source.unused_name("origin"), source.unused_name("token")
    target = statement.targets[0]
    source.edit(target, lambda updated: updated.with_changes(target=_pair(origin, updated.target)))
    source.edit(place.block, lambda block: _under(block, place.above, origin, token, source.module))
    source.need_import("opentelemetry", "context", "otel_context")


def _uses(source: Source, queue: cst.BaseExpression, file: str) -> list[cst.Call]:
    """Every call of a method of *queue*. `ByHand` unless that is all that is done with it."""
    if isinstance(queue, cst.Name):
        name = queue.value
        mentions = [node for node in walk(source.module) if _is_name(source, node, name)]
        is_shared = None
    elif isinstance(queue, cst.Attribute) and source.code(queue.value) == "self":
        name = queue.attr.value
        mentions = [
            node
            for node in walk(source.module)
            if isinstance(node, cst.Attribute) and node.attr.value == name
        ]
        is_shared = rf"\.{name}\b"
    else:
        raise ByHand("the queue is no plain name")
    made = [node for node in mentions if _is_assigned(source, node)]
    calls = [call for node in mentions if (call := _method_call(source, node)) is not None]
    if len(made) != 1 or len(made) + len(calls) != len(mentions):
        raise ByHand("the queue is handed around, so that its other end is not in view")
    if not all(node.deep_equals(queue) for node in mentions):
        raise ByHand("the queue is used from outside of its class")
    if is_shared is None and source.function(made[0]) is None:
        is_shared = rf"\b{name}\b"
    if is_shared is not None:
        _check_other_files(file, is_shared)
    return calls


def _is_assigned(source: Source, node: cst.CSTNode) -> bool:
    parent = source.parent(node)
    return isinstance(parent, (cst.AssignTarget, cst.AnnAssign)) and parent.target is node


def _is_name(source: Source, node: cst.CSTNode, name: str) -> bool:
    """Whether *node* is the variable *name*, and no attribute or keyword that is called so."""
    if not isinstance(node, cst.Name) or node.value != name:
        return False
    parent = source.parent(node)
    if isinstance(parent, cst.Attribute):
        return parent.value is node
    return not (isinstance(parent, cst.Arg) and parent.keyword is node)


def _method_call(source: Source, node: cst.CSTNode) -> cst.Call | None:
    """The call ``node.method(...)`` of a method that is known; None for any other use."""
    method = source.parent(node)
    call = source.parent(method) if isinstance(method, cst.Attribute) else None
    if isinstance(call, cst.Call) and call.func is method:
        return call if method_name(call) in (*PUTS, *_GETS, *_OTHERS) else None
    return None


def _check_other_files(file: str, pattern: str) -> None:
    """`ByHand` if a file of the same program mentions what may be the queue."""
    top = os.path.dirname(file)
    while os.path.exists(os.path.join(top, "__init__.py")):
        top = os.path.dirname(top)
    for number, other in enumerate(_python_files(top)):
        if number == _MOST_FILES:
            raise ByHand("there are too many files that may use the queue")
        if os.path.samefile(other, file):
            continue
        with open(other, encoding="utf-8", errors="replace") as lines:
            if re.search(pattern, lines.read()):
                raise ByHand(f"the queue may be used in {other}")


def _python_files(top: str) -> Iterator[str]:
    for directory, below, files in os.walk(top):
        below[:] = [name for name in below if not name.startswith(".") and "-packages" not in name]
        yield from (os.path.join(directory, name) for name in files if name.endswith(".py"))


def _assignment(source: Source, get: cst.Call) -> cst.Assign:
    """The statement ``item = queue.get()`` or ``item = await queue.get()``."""
    outer = source.parent(get)
    if isinstance(outer, cst.Await):
        outer = source.parent(outer)
    line = source.parent(outer) if outer is not None else None
    if (
        isinstance(outer, cst.Assign)
        and len(outer.targets) == 1
        and isinstance(line, cst.SimpleStatementLine)
        and len(line.body) == 1
    ):
        return outer
    raise ByHand("the item is not taken by a statement such as item = queue.get()")


def _check_work(source: Source, rest: Any, finding: Finding) -> None:
    """`ByHand` unless the flagged span is of the work in *rest*, the lines below the get."""
    nodes = [node for statement in rest for node in walk(statement)]
    if any(isinstance(node, cst.Yield) for node in nodes):
        raise ByHand("the consumer is a generator: its context would be its reader's too")
    if finding.span_file != finding.file or finding.span_line is None:
        raise ByHand("the span is started in another file than the one that takes the item")
    below = range(source.lines(rest[0]).start, source.lines(rest[-1]).stop)
    called = {method_name(node) for node in nodes if isinstance(node, cst.Call)}
    started_in = {
        function.name.value
        for call in source.calls
        if finding.span_line in source.lines(call) and (function := source.function(call))
    }
    if finding.span_line not in below and not started_in & called:
        raise ByHand("the span is not started below the line that takes the item")


def _item(put: cst.Call) -> cst.Arg:
    for arg in put.args:
        if arg.star:
            break
        if arg.keyword is None or arg.keyword.value == "item":
            return arg
    raise ByHand("the item is not plain to see among the arguments")


def _with_context(item: cst.BaseExpression) -> cst.Tuple:
    current = cst.parse_expression("otel_context.get_current()")
    return cst.Tuple([cst.Element(current), cst.Element(item)])


def _pair(origin: str, target: Any) -> cst.Tuple:
    """``origin, item``; a target that is a tuple itself keeps its own parentheses."""
    if isinstance(target, cst.Tuple) and not target.lpar:
        target = target.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return cst.Tuple([cst.Element(cst.Name(origin)), cst.Element(target)], lpar=[], rpar=[])


def _under(block: Any, index: int, origin: str, token: str, module: cst.Module) -> Any:
    """*block*, where what stands after the statement at *index* runs in the context *origin*."""
    attach = cst.parse_statement(
        f"{token} = otel_context.attach({origin})", module.config_for_parsing
    )
    detach = cst.parse_statement(f"otel_context.detach({token})", module.config_for_parsing)
    rest = block.body[index + 1 :]
    work = cst.Try(
        body=cst.IndentedBlock(rest, footer=block.footer),
        finalbody=cst.Finally(cst.IndentedBlock([detach])),
    )
    return block.with_changes(body=[*block.body[: index + 1], attach, work], footer=[])
