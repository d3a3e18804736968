"""Which line of the user's code is this: a walk up the stack that stops at the right frame.

A stack is walked on every hand-off, so this reads only what a frame gives away
cheaply, and remembers for every file once whose code it is.
"""

from __future__ import annotations

import inspect
import os
import sys
from typing import TYPE_CHECKING

from ctxwatch.model import Place, Site

if TYPE_CHECKING:
    from types import CodeType, FrameType

_USER, _LIBRARY, _PLUMBING, _SDK = range(4)

_STDLIB = os.path.dirname(os.path.realpath(os.__file__)) + os.sep
_STDLIB_AS_IMPORTED = os.path.dirname(os.__file__) + os.sep
_OURSELVES = os.path.dirname(os.path.abspath(__file__)) + os.sep
_PACKAGES = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep)
#: Packages that stand between the user's line and the hand-off without being
#: either: their frames are passed over like the standard library's.
_GO_BETWEENS = ("opentelemetry", "wrapt", "uvloop", "gevent")

_AWAITED = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR | inspect.CO_ITERABLE_COROUTINE
_AWAITING = _AWAITED | inspect.CO_GENERATOR

#: How far above a library's line the application's own line is looked for.
_FARTHEST = 60

#: Functions in which a unit's own stack begins: what stands above them belongs
#: to whoever runs the loop or the pool, not to whoever handed the work over.
_BOTTOMS = frozenset(
    {
        ("asyncio/events.py", "_run"),
        ("asyncio/base_events.py", "run_forever"),
        ("concurrent/futures/thread.py", "_worker"),
        ("concurrent/futures/process.py", "_process_worker"),
        ("multiprocessing/process.py", "_bootstrap"),
        ("threading.py", "_bootstrap_inner"),
    }
)

#: OpenTelemetry's own work (exporters, span processors) is nobody's hand-off.
_SDK_PARTS = ("opentelemetry/sdk/", "opentelemetry/exporter/")

#: What `asyncio.run` calls to make its task, before 3.11 and on uvloop.
_RUNNERS_OWN = frozenset({"run_until_complete", "ensure_future", "_ensure_future"})

#: Files that are remembered.
_MOST_FILES = 10_000
#: Lines that are remembered. More are found out anew each time.
_MOST_SITES = 10_000

_whose: dict[str, int] = {}
# By the id of code objects, as to hash one takes a microsecond. The value keeps it alive,
# and so its id unique.
_bottoms: dict[int, tuple[CodeType, bool]] = {}
_sites: dict[tuple[int, int, str | None], Site] = {}


def _classify(filename: str) -> int:
    """Whose code is in *filename*: the user's, a package's, or mere plumbing."""
    for marker in _PACKAGES:
        _, found, tail = filename.rpartition(marker)
        if found:
            tail = tail.replace(os.sep, "/")
            if tail.startswith(_SDK_PARTS):
                return _SDK
            package = tail.split("/", 1)[0]
            return _PLUMBING if package in _GO_BETWEENS else _LIBRARY
    if filename.startswith((_OURSELVES, _STDLIB, _STDLIB_AS_IMPORTED, "<frozen ")):
        return _PLUMBING
    return _USER


def stdlib_name(filename: str) -> str:
    """The last part of a library's path that tells modules apart: ``asyncio/tasks.py``."""
    parts = filename.replace("\\", "/").rsplit("/", 3)
    if "concurrent" in parts:
        return "/".join(parts[-3:])
    if parts[-2:-1] in (["asyncio"], ["multiprocessing"], ["uvloop"]):
        return "/".join(parts[-2:])
    return parts[-1]


def _is_bottom(code: CodeType) -> bool:
    known = _bottoms.get(id(code))
    if known is None:
        bottom = (stdlib_name(code.co_filename), code.co_name) in _BOTTOMS
        known = _bottoms[id(code)] = code, bottom
    return known[1]


class Calls:
    """Which standard library functions stand for a boundary when a user calls them.

    *names* maps ``(file, function)``, with the file as `stdlib_name` gives it,
    to the boundary's name.
    """

    def __init__(self, names: dict[tuple[str, str], str]) -> None:
        self._names = names
        self._known: dict[int, tuple[CodeType, str | None]] = {}

    def label(self, code: CodeType) -> str | None:
        """The boundary that calling *code* means, None for any other function."""
        known = self._known.get(id(code))
        if known is None:
            label = self._names.get((stdlib_name(code.co_filename), code.co_name))
            known = self._known[id(code)] = code, label
        return known[1]


#: For lines that hand nothing over: the start of a span, a snapshot by hand.
NO_CALLS = Calls({})


def find(depth: int, calls: Calls = NO_CALLS, *, through_sdk: bool = False) -> Site | None:
    """Find the user's line at or above the frame *depth* levels up from the caller.

    The last of *calls* that is passed on the way up becomes `Site.via`. Where
    nothing of the user's is on the stack, which happens when a loop or a pool
    runs library code by itself, the lowest frame is named. None for hand-offs
    that the OpenTelemetry SDK makes for itself; with *through_sdk* its frames
    are passed over like the rest of OpenTelemetry's.
    """
    frame: FrameType | None = sys._getframe(depth + 1)
    lowest: tuple[CodeType, int] | None = None
    via: str | None = None
    while frame is not None:
        code = frame.f_code
        filename = code.co_filename
        whose = _whose.get(filename)
        if whose is None:
            whose = _learn(filename)
        if whose == _USER:
            return _line(code, frame.f_lasti, via)
        if whose == _LIBRARY:
            application = _application_above(frame)
            if application is None:
                return _line(code, frame.f_lasti, via)
            return Site(application, Place(code, frame.f_lasti), via)
        if whose == _SDK and not through_sdk:
            return None
        label = calls.label(code)
        if label is not None:
            via = label
        if lowest is None and not filename.startswith(_OURSELVES):
            lowest = code, frame.f_lasti
        above = frame.f_back
        if above is None or leaves_unit(code, above):
            return _line(*(lowest or (code, frame.f_lasti)), via)
        frame = above
    return None


def _line(code: CodeType, instruction: int, via: str | None) -> Site:
    """The site of one line, the same object each time."""
    key = id(code), instruction, via
    site = _sites.get(key)
    if site is None:
        site = Site(Place(code, instruction), None, via)
        if len(_sites) < _MOST_SITES:
            _sites[key] = site
    return site


def leaves_unit(code: CodeType, above: FrameType) -> bool:
    """Whether the step from *code* to the frame above it leaves the unit.

    A coroutine that is awaited is called by another coroutine (or by a
    generator with ``yield from``); one that is called by anything else is being
    stepped by a loop, and the loop's caller has nothing to do with it.
    """
    above_code = above.f_code
    if code.co_flags & _AWAITED and not above_code.co_flags & _AWAITING:
        return True
    return _whose_is(above_code.co_filename) == _PLUMBING and _begins_unit(code, above_code)


def is_users(code: CodeType) -> bool:
    """Whether *code* is of the application: in no installed package, and not plumbing."""
    return _whose_is(code.co_filename) == _USER


def up_to_users(frame: FrameType | None, most: int) -> tuple[tuple[CodeType, int], ...]:
    """Code and instruction of *frame* and those above it, up to the first of the application's.

    *most* is how many at most.
    """
    lines = []
    for _ in range(most):
        if frame is None:
            break
        code = frame.f_code
        lines.append((code, frame.f_lasti))
        filename = code.co_filename
        whose = _whose.get(filename)
        if whose is None:
            whose = _learn(filename)
        if whose == _USER:
            break
        frame = frame.f_back
    return tuple(lines)


def _whose_is(filename: str) -> int:
    whose = _whose.get(filename)
    return _learn(filename) if whose is None else whose


def _learn(filename: str) -> int:
    if len(_whose) >= _MOST_FILES:  # of a program that makes its code as it goes
        _whose.clear()
    whose = _whose[filename] = _classify(filename)
    return whose


def _begins_unit(code: CodeType, above_code: CodeType) -> bool:
    """Whether the standard library's *above_code*, which has called *code*, runs units."""
    if _is_bottom(above_code):
        return True
    # uvloop steps its callbacks from C: the next Python frame is Runner.run
    # already. asyncio.run itself makes its task there, with only us between.
    return (
        above_code.co_name == "run"
        and code.co_name not in _RUNNERS_OWN
        and not code.co_filename.startswith(_OURSELVES)
        and stdlib_name(above_code.co_filename) == "asyncio/runners.py"
        and stdlib_name(code.co_filename) != "asyncio/runners.py"
    )


def _application_above(frame: FrameType) -> Place | None:
    """The nearest line above *frame* that is in no installed package, in the same unit."""
    # As `leaves_unit` has it, frame by frame: a call for each would take three times as long.
    code = frame.f_code
    flags = code.co_flags
    for _ in range(_FARTHEST):
        above = frame.f_back
        if above is None:
            return None
        above_code = above.f_code
        above_flags = above_code.co_flags
        if flags & _AWAITED and not above_flags & _AWAITING:
            return None
        filename = above_code.co_filename
        whose = _whose.get(filename)
        if whose is None:
            whose = _learn(filename)
        if whose == _USER:
            return Place(above_code, above.f_lasti)
        if whose == _PLUMBING and _begins_unit(code, above_code):
            return None
        frame, code, flags = above, above_code, above_flags
    return None
