"""Calls back right after a module has been imported.

The import system marks a module as complete by setting ``_initializing`` to
False on its spec, after the module's code has run. That assignment is what is
listened to: the spec is given, for the time of its import, a class that reacts
to it. So neither the loader nor the module is ever replaced (`importlib.resources`,
`pkgutil`, `importlib.reload` and other import hooks see the real ones), and a
module that is half imported when somebody asks for it can be waited for as well.

Callbacks run in the importing thread, when the module counts as imported and no
lock of this module is held. A module that is executed by hand
(``spec.loader.exec_module(module)``) is not seen, and neither is one whose
loader knows only the old ``load_module``.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # typing.TYPE_CHECKING costs the import of typing
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

_LISTENERS = "_ctxwatch_listeners"

# What is waited for. Entries are taken out by list.remove, which one thread alone
# can do for an entry: each callback runs once, without a lock.
_pending: list[tuple[str, Callable[[ModuleType], None]]] = []
_listening_classes: dict[type, type] = {}


def when_imported(name: str, callback: Callable[[ModuleType], None]) -> None:
    """Call *callback* with the module *name* right after its import.

    At once if it is imported already; when its import ends if that is under way.
    If the import fails, the next one is waited for. An exception of the callback
    is dropped, unless CTXWATCH_STRICT=1.
    """
    _pending.append((name, callback))
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    module = sys.modules.get(name)
    if module is None:
        return
    if is_half_imported(module):
        when_import_ends(module, lambda: _imported(name))
    else:
        _imported(name)


def when_import_ends(module: ModuleType, callback: Callable[[], None]) -> None:
    """Call *callback* when the import of the half-imported *module* ends, well or not."""
    spec: Any = module.__spec__
    _listen(spec, callback)
    if not is_half_imported(module):  # it ended meanwhile, in another thread
        _ended(spec)


def is_half_imported(module: ModuleType) -> bool:
    """Whether the code of *module* is still running for the first time."""
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))


def pending() -> list[str]:
    """The names of the modules that are waited for, sorted."""
    return sorted({name for name, _ in _pending})


def remove() -> None:
    """Forget everything that is waited for."""
    _pending.clear()
    _leave()


class _Finder:
    """Lets the finders behind it find the module, and listens to the spec they return."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if target is not None or all(name != fullname for name, _ in _pending):
            return None
        finders = list(sys.meta_path)
        if self in finders:
            del finders[: finders.index(self) + 1]
        for finder in finders:
            find = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find and find(fullname, path, target)
            if spec is not None:
                try:
                    _listen(spec, lambda: _imported(fullname))
                except Exception:  # a finder's own kind of spec: not watched, but imported
                    _reraise_if_strict()
                return spec
        return None


_finder = _Finder()


def _listen(spec: Any, callback: Callable[[], None]) -> None:
    spec.__dict__.setdefault(_LISTENERS, []).append(callback)
    kind = type(spec)
    if kind in _listening_classes.values():
        return
    if kind not in _listening_classes:
        # By inheritance from this class alone: only then may __class__ be assigned.
        body = {"__setattr__": _set_and_listen, "__module__": kind.__module__, "__slots__": ()}
        _listening_classes[kind] = type(kind.__name__, (kind,), body)
    spec.__class__ = _listening_classes[kind]


def _set_and_listen(spec: Any, name: str, value: object) -> None:
    object.__setattr__(spec, name, value)
    if name == "_initializing" and not value:
        _ended(spec)


def _ended(spec: Any) -> None:
    kind = type(spec)
    if kind in _listening_classes.values():
        spec.__class__ = kind.__base__
    for callback in spec.__dict__.pop(_LISTENERS, ()):
        _call(callback)


def _imported(name: str) -> None:
    module = sys.modules.get(name)
    if module is None:  # the import failed
        return
    for entry in tuple(_pending):
        if entry[0] == name:
            try:
                _pending.remove(entry)
            except ValueError:  # another thread has taken it
                continue
            _call(entry[1], module)
    if not _pending:
        _leave()


def _call(callback: Callable[..., None], *args: object) -> None:
    try:
        callback(*args)
    except Exception:
        _reraise_if_strict()


def _reraise_if_strict() -> None:
    if os.environ.get("CTXWATCH_STRICT") == "1":
        raise  # noqa: PLE0704  # called from except clauses only


def _leave() -> None:
    # A new list: taking an item out of this one makes an import that is going
    # through it in another thread skip the finder after ours.
    if sys.meta_path and _finder in sys.meta_path:
        sys.meta_path = [finder for finder in sys.meta_path if finder is not _finder]
