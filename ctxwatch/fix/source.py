"""A source file as a syntax tree that keeps its formatting, with what edits ask of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import libcst as cst
from libcst.metadata import (
    MetadataWrapper,
    ParentNodeProvider,
    PositionProvider,
    ScopeProvider,
)

from ctxwatch.fix import imports

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator


class ByHand(Exception):  # noqa: N818 - no error: people have to make this edit
    """An edit is not certain. The message says why."""


class Place(NamedTuple):
    """A statement: the block that it stands in, and how many statements stand above it there."""

    block: cst.BaseSuite | cst.Module
    above: int


class Source:
    """A file that is being edited.

    Nodes are those of the file as it was read; edits of nodes inside of each
    other add up when the result is made. Raises `ByHand` for what is no Python.

    Attributes:
        module: The tree.
        calls: Every call in it.
    """

    def __init__(self, content: bytes) -> None:
        try:
            wrapper = MetadataWrapper(cst.parse_module(content))
        except (cst.ParserSyntaxError, UnicodeDecodeError, LookupError) as error:
            raise ByHand("the file cannot be parsed") from error
        self.module = wrapper.module
        self._positions = wrapper.resolve(PositionProvider)
        self._parents = wrapper.resolve(ParentNodeProvider)
        self._scopes = wrapper.resolve(ScopeProvider)
        self.calls = [node for node in walk(self.module) if isinstance(node, cst.Call)]
        self._edits: dict[cst.CSTNode, Callable[[Any], Any]] = {}
        self._imports: list[tuple[str, str | None, str | None]] = []

    def lines(self, node: cst.CSTNode) -> range:
        """The numbers of the lines that *node* stands on."""
        position = self._positions[node]
        return range(position.start.line, position.end.line + 1)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node that *node* stands in; None for the module."""
        return self._parents.get(node)

    def function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The function that *node* stands in; None at module level."""
        found = self.parent(node)
        while found is not None and not isinstance(found, cst.FunctionDef):
            found = self.parent(found)
        return found

    def place(self, node: cst.CSTNode) -> Place:
        """Where the statement that holds *node* stands in its block."""
        block = self.parent(node)
        while not isinstance(block, (cst.IndentedBlock, cst.SimpleStatementSuite, cst.Module)):
            assert block is not None
            node, block = block, self.parent(block)
        return Place(block, [id(child) for child in block.body].index(id(node)))

    def means(self, node: cst.BaseExpression, name: str) -> bool:
        """Whether *node* is the thing with that full name, whatever it was imported as."""
        scope = self._scopes.get(node)
        if scope is None:
            return False
        return any(found.name == name for found in scope.get_qualified_names_for(node))

    def code(self, node: cst.CSTNode) -> str:
        """*node* as it is written."""
        return self.module.code_for_node(node)

    def unused_name(self, name: str) -> str:
        """*name*, or one like it that nothing in the file has."""
        used = {node.value for node in walk(self.module) if isinstance(node, cst.Name)}
        while name in used:
            name += "_"
        return name

    def edit(self, node: cst.CSTNode, change: Callable[[Any], Any]) -> None:
        """Replace *node* by what *change* makes of it. `ByHand` if it is to be edited already."""
        if node in self._edits:
            raise ByHand("another edit is made here: apply that, run the program, and ask again")
        self._edits[node] = change

    def edits(self) -> dict[cst.CSTNode, Callable[[Any], Any]]:
        """The edits so far, to go back to with `restore`."""
        return dict(self._edits)

    def restore(self, edits: dict[cst.CSTNode, Callable[[Any], Any]]) -> None:
        """Forget the edits that are not among *edits*."""
        self._edits = edits

    def need_import(self, module: str, name: str | None = None, alias: str | None = None) -> None:
        """Add ``import module`` or ``from module import name as alias`` unless it is there."""
        self._imports.append((module, name, alias))

    def edited(self) -> bytes:
        """The file with all edits, in its own encoding and with its own line ends."""
        module = self.module.visit(_Edit(self._edits))
        assert isinstance(module, cst.Module)
        return imports.add(module, self._imports).bytes


class _Edit(cst.CSTTransformer):
    def __init__(self, edits: dict[cst.CSTNode, Callable[[Any], Any]]) -> None:
        super().__init__()
        self._edits = edits

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        change = self._edits.get(original_node)
        return updated_node if change is None else change(updated_node)


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """*node* and everything in it."""
    yield node
    for child in node.children:
        yield from walk(child)


def method_name(call: cst.Call) -> str | None:
    """The name after the dot of what *call* calls, or the plain name."""
    if isinstance(call.func, cst.Attribute):
        return call.func.attr.value
    return call.func.value if isinstance(call.func, cst.Name) else None


def call_at(source: Source, line: int, function: str, names: Collection[str]) -> cst.Call:
    """The one call of something called one of *names* on *line*, in a function of that name.

    Raises `ByHand` if there is none: then the file has changed since the run.
    """
    found = [
        call
        for call in source.calls
        if method_name(call) in names and line in source.lines(call.func)
    ]
    if not found:
        raise ByHand(
            f"the file has changed since the run: line {line} calls no {' or '.join(names)}"
        )
    if len(found) > 1:
        raise ByHand("there are several such calls on that line")
    inside = source.function(found[0])
    # Lambdas and comprehensions have names of their own.
    if not function.endswith(">") and (inside is None or inside.name.value != function):
        raise ByHand(f"the file has changed since the run: line {line} is not in {function}")
    return found[0]
