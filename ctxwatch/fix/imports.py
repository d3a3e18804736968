"""Imports that an edit needs, put where a sorted file has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def add(module: cst.Module, imports: Iterable[tuple[str, str | None, str | None]]) -> cst.Module:
    """*module* with ``import a``, or ``from a import b as c``, where it is not there yet."""
    context = CodemodContext()
    for name, imported, alias in imports:
        sorted_in = _sorted_in(module, name) if imported is None else None
        if sorted_in is not None:
            module = sorted_in
        else:
            AddImportsVisitor.add_needed_import(context, name, imported, alias)
    return AddImportsVisitor(context).transform_module(module)


def _sorted_in(module: cst.Module, name: str) -> cst.Module | None:
    """*module* with ``import name`` in its first group of imports; None if it has none."""
    body = list(module.body)
    names = [_imported(statement) for statement in body]
    if f"import {name}" in names:
        return module
    group = _first_group(body, names)
    if not group:
        return None
    later = [i for i in group if not _is_before(names[i] or "", f"import {name}")]
    position = later[0] if later else group[-1] + 1
    line: Any = cst.parse_statement(f"import {name}", module.config_for_parsing)
    if position == group[0]:
        old: Any = body[position]
        # The blank lines above the group stay above it, a comment with its import.
        blank = [i for i, empty in enumerate(old.leading_lines, 1) if empty.comment is None]
        cut = blank[-1] if blank else 0
        line = line.with_changes(leading_lines=old.leading_lines[:cut])
        body[position] = old.with_changes(leading_lines=old.leading_lines[cut:])
    return module.with_changes(body=[*body[:position], line, *body[position:]])


def _imported(statement: cst.CSTNode) -> str | None:
    """What the import *statement* begins with; None for any other statement."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return None
    small = statement.body[0]
    if isinstance(small, cst.Import):
        return f"import {_dotted(small.names[0].name)}"
    if isinstance(small, cst.ImportFrom):
        return f"from {_dotted(small.module) if small.module else '.'}"
    return None


def _dotted(name: cst.BaseExpression) -> str:
    return cst.Module([]).code_for_node(name)


def _first_group(body: Sequence[Any], names: Sequence[str | None]) -> range:
    """The places of the first imports that stand together; ``__future__`` is apart."""
    places = [i for i, name in enumerate(names) if name not in (None, "from __future__")]
    if not places:
        return range(0)
    end = places[0] + 1
    while end in places and all(line.comment for line in body[end].leading_lines):
        end += 1
    return range(places[0], end)


def _is_before(one: str, other: str) -> bool:
    """Whether *one* stands above *other*: plain imports come first, each kind by name."""
    return (one.startswith("from"), one) < (other.startswith("from"), other)
