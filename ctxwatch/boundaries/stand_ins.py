"""Python subclasses that take the place of classes that cannot be patched, as they are C.

The stand-in goes by the same name in the same module, and takes the objects of the
plain class, made before or elsewhere, for its own. What the standard library and
OpenTelemetry make for their own use stays plain.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ctxwatch.guard import Probe

_PLAIN = "_ctxwatch_plain"
_INSIDE = ("asyncio.", "concurrent.", "ctxwatch", "logging.", "multiprocessing.", "opentelemetry.")


class _Kind(type):
    """The class of a stand-in; those that the program derives from it have it, too."""

    def __instancecheck__(cls, instance: object) -> bool:
        plain = vars(cls).get(_PLAIN)
        return type.__instancecheck__(cls if plain is None else plain, instance)

    def __subclasscheck__(cls, subclass: type) -> bool:
        plain = vars(cls).get(_PLAIN)
        return type.__subclasscheck__(cls if plain is None else plain, subclass)


def stand_in(
    plain: Any, methods: Iterable[Callable[..., Any]], begin: Callable[[Any], object], probe: Probe
) -> Any:
    """A subclass of *plain* with *methods*.

    *begin* is called with every new object, before its ``__init__``. While *probe* is
    off, plain ones are made.
    """

    def make(cls: Any, *args: Any, **kwargs: Any) -> Any:
        maker = sys._getframe(1).f_globals.get("__name__") or ""
        if cls is made and (not probe.on or maker.startswith(_INSIDE)):
            return plain(*args, **kwargs)
        new = plain.__new__(cls, *args, **kwargs)
        try:
            begin(new)
        except Exception:  # the program must not notice
            probe.failed()
        return new

    own = {method.__name__: method for method in methods} | {"__new__": make}
    for name, method in own.items():
        method.__module__ = plain.__module__
        method.__name__, method.__qualname__ = name, f"{plain.__qualname__}.{name}"
    attributes = {"__module__": plain.__module__, "__doc__": plain.__doc__, _PLAIN: plain}
    made: Any = _Kind(plain.__name__, (plain,), attributes | own)
    made.__qualname__ = plain.__qualname__
    return made
