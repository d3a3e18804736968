"""Putting our functions into other people's classes, and taking them out again.

Only class attributes and, where a module calls its own function by its global
name, module attributes are replaced, and only by plain functions: they cost the
least and look like what they replace.
"""

from __future__ import annotations

import functools
import inspect
import sys
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
    inherited = name not in vars(owner)
    # A proxy on the base class is the base's: it stays below, and goes on working.
    outer = getattr(owner, name) if inherited else vars(owner)[name]
    proxies = []
    while not inherited and _is_proxy(outer):
        proxies.append(outer)
        outer = outer.__wrapped__
    replacement = functools.wraps(outer)(make(outer))
    if inspect.iscoroutinefunction(outer) and sys.version_info >= (3, 12):
        inspect.markcoroutinefunction(replacement)
    if proxies:
        proxies[-1].__wrapped__ = replacement
    else:
        setattr(owner, name, replacement)
    _patches.append(Patch(owner, name, outer, replacement, inherited))


def put(owner: Any, name: str, replacement: Any) -> None:
    """Replace ``owner.name``, that is no function, by *replacement*."""
    original = vars(owner)[name]
    setattr(owner, name, replacement)
    _patches.append(Patch(owner, name, original, replacement, inherited=False))


def add(owner: Any, name: str, function: Callable[..., Any]) -> None:
    """Give *owner* an attribute that neither it nor its bases have."""
    setattr(owner, name, function)
    _patches.append(Patch(owner, name, None, function, inherited=True))


def _is_proxy(layer: Any) -> bool:
    # By class: what a proxy or its type says of itself is the wrapped function's, or differs
    # between wrapt's versions (its __module__ is "_wrappers", "builtins" or a property).
    wrapt = sys.modules.get("wrapt")
    names = ("FunctionWrapper", "BoundFunctionWrapper")
    return issubclass(type(layer), tuple(getattr(wrapt, n) for n in names if hasattr(wrapt, n)))


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
    found = False
    if vars(patch.owner).get(patch.name) is patch.replacement:
        if patch.inherited:
            delattr(patch.owner, patch.name)
        else:
            setattr(patch.owner, patch.name, patch.original)
        found = True
    # ThreadingInstrumentor wraps what `Timer.start` inherits from `Thread`, ours with it.
    owners = [patch.owner]
    if isinstance(patch.owner, type):
        owners += patch.owner.__subclasses__()
    for owner in owners:
        layer = vars(owner).get(patch.name)
        while _is_proxy(layer):
            # A bound proxy binds itself anew from the one that it was bound from.
            for proxy in (layer, getattr(layer, "_self_parent", None)):
                if proxy is not None and proxy.__wrapped__ is patch.replacement:
                    proxy.__wrapped__ = patch.original
                    found = True
            layer = layer.__wrapped__
    return found


def labels() -> list[str]:
    """What is patched now, in the order in which it was."""
    return [entry.label for entry in _patches]
