"""Putting our functions into other people's classes, and taking them out again.

Only class attributes and, where a module calls its own function by its global
name, module attributes are replaced, and only by plain functions: they cost the
least and look like what they replace.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Patch(NamedTuple):
    """One replaced attribute. `inherited` says that *owner* had none of its own before."""

    owner: Any
    name: str
    original: Any
    replacement: Any
    inherited: bool

    @property
    def label(self) -> str:
        """``module.Class.attribute``, as the user would write it."""
        owner = self.owner
        prefix = f"{owner.__module__}." if isinstance(owner, type) else ""
        return f"{prefix}{owner.__name__}.{self.name}"


_patches: list[Patch] = []


def patch(owner: Any, name: str, make: Callable[[Any], Callable[..., Any]]) -> None:
    """Replace ``owner.name`` by ``make(original)``.

    OpenTelemetry's instrumentors lay a wrapt proxy over some of the same
    attributes, and their ``unwrap`` takes away nothing unless that proxy is the
    outermost layer. So ours goes in underneath it.
    """
    outer = vars(owner).get(name, getattr(owner, name))
    proxies = []
    while _is_proxy(outer):
        proxies.append(outer)
        outer = outer.__wrapped__
    replacement = functools.wraps(outer)(make(outer))
    inherited = name not in vars(owner)
    if proxies:
        proxies[-1].__wrapped__ = replacement
    else:
        setattr(owner, name, replacement)
    _patches.append(Patch(owner, name, outer, replacement, inherited))


def add(owner: Any, name: str, function: Callable[..., Any]) -> None:
    """Give *owner* an attribute that neither it nor its bases have."""
    setattr(owner, name, function)
    _patches.append(Patch(owner, name, None, function, inherited=True))


def _is_proxy(layer: Any) -> bool:
    return type(layer).__module__.partition(".")[0] in ("wrapt", "_wrappers")


def is_wrapped(owner: type, name: str) -> bool:
    """Whether the attribute that *owner* uses as *name* is a wrapt proxy, as instrumentors make."""
    for cls in owner.__mro__:
        if name in vars(cls):
            return _is_proxy(vars(cls)[name])
    return False


def unpatch_all() -> list[str]:
    """Take out every layer of ours that can still be found.

    Returns the labels of those that cannot: somebody has laid a plain function
    over them. They stay, switched off.
    """
    stuck = []
    while _patches:
        last = _patches.pop()
        if not _take_out(last):
            stuck.append(last.label)
    return stuck


def _take_out(patch: Patch) -> bool:
    layer = vars(patch.owner).get(patch.name)
    if layer is patch.replacement:
        if patch.inherited:
            delattr(patch.owner, patch.name)
        else:
            setattr(patch.owner, patch.name, patch.original)
        return True
    while _is_proxy(layer):
        if layer.__wrapped__ is patch.replacement:
            layer.__wrapped__ = patch.original
            return True
        layer = layer.__wrapped__
    return False


def labels() -> list[str]:
    """What is patched now, in the order in which it was."""
    return [entry.label for entry in _patches]
