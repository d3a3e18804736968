"""Every attach and detach, seen below `opentelemetry.context`, and the scopes that are open.

The two methods are patched on the class of the active runtime context, whichever class that
is: the object, its ContextVar and everybody's reference to it stay as they are.

Tokens are those of `contextvars`, neither wrapped nor kept. Libraries reset them by
themselves (``_RUNTIME_CONTEXT._current_context.reset(token)``), which a wrapper could not go
through; a kept one would keep the Context and the spans in it. They have no weak references
either, so a scope is found by its token's id. Once the token is gone nobody can detach it,
and the next scope with that id takes the place.

An attach takes no stack trace: it takes down the code and the instruction of the frame that
asked for it, two, four or six up, and a few more only where that is a generator's or a
library's.
"""

from __future__ import annotations

import _thread
import contextlib
import inspect
import os
import sys
from collections import deque
from contextvars import ContextVar
from sys import _getframe
from time import time_ns
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import ref

from opentelemetry import context as context_api
from opentelemetry import trace

from ctxwatch import current, patching, sites
from ctxwatch.guard import Probe
from ctxwatch.recorder import recorder
from ctxwatch.scoping import generators

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType, ModuleType

    from opentelemetry.context import Context

#: Open scopes that are known. The oldest are forgotten.
MOST_OPEN = 10_000
#: Those that nobody can detach any more.
MOST_ABANDONED = 1_000
#: The latest detaches, for the one who detaches twice.
LATEST_CLOSED = 256
_OPENTELEMETRY = f"{os.sep}opentelemetry{os.sep}"
#: How far above a generator's or a library's line is looked.
_FARTHEST = 8
_MOST_LINES = 10_000

_attach = Probe("opentelemetry.context.attach")
_detach = Probe("opentelemetry.context.detach")


class Caller(NamedTuple):
    """What stood above the frame that opened a scope: the lines, the direct caller's first."""

    frame_id: int
    lines: tuple[tuple[CodeType, int], ...]
    in_users_generator: bool


class Scope(NamedTuple):
    """A scope: from an attach to its detach.

    Attributes:
        code: The code that asked for it, by hand or with a ``with`` block.
        instruction: Where in it, as in `Place`.
        caller: What called it, where it is no plain function of the user's.
        thread_id: The thread in which it was opened.
        task: The asyncio task, weakly; None outside of tasks.
        time_ns: When.
        context: What was attached, weakly.
    """

    code: CodeType
    instruction: int
    caller: Caller | None
    thread_id: int
    task: ref[Any] | None
    time_ns: int
    context: ref[Context]


#: Open scopes, by their token's id: the fields of a `Scope`, as making one takes longer.
opened: dict[int, tuple[Any, ...]] = {}
#: The same for those whose token is gone: nobody can detach them. Many do no harm.
abandoned: deque[tuple[Any, ...]] = deque(maxlen=MOST_ABANDONED)
#: Open scopes that a generator holds.
held: dict[int, tuple[Any, ...]] = {}
#: The same for those under whose ended span others have started, until they are detached.
suspected: dict[int, tuple[Any, ...]] = {}
#: The token's id and the fields of the scopes that were closed last.
closed: deque[tuple[int, tuple[Any, ...]]] = deque(maxlen=LATEST_CLOSED)

#: Plain functions of the user's, by id, as to hash a code object takes a microsecond.
_plain: dict[int, CodeType] = {}
#: Files that stand between a scope and the line that asked for it.
CONTEXTLIB = contextlib.__file__
_between = {CONTEXTLIB, context_api.__file__, trace.__file__, __file__}
_api_attach = context_api.attach.__code__
_api_detach = context_api.detach.__code__
_use_span = inspect.unwrap(trace.use_span).__code__
_start_span: CodeType | None = None
#: None until the program imports asyncio.
_running_loop: Callable[[], Any] | None = None
_current_task: Any = None


def asker(frame: FrameType | None) -> FrameType | None:
    """The first frame from *frame* upwards that is not between a scope and who asked for it."""
    while frame is not None and frame.f_code.co_filename in _between:
        frame = frame.f_back
    return frame


def _caller(frame: FrameType, code: CodeType) -> Caller | None:
    """What has called *frame*; None for a plain function of the user's, which tells enough.

    So does one of OpenTelemetry's own: they attach around every call or export, and detach again.
    """
    users = sites.is_users(code)
    generator = generators.is_generator(code)
    if not generator and (users or _OPENTELEMETRY in code.co_filename):
        if len(_plain) < _MOST_LINES:
            _plain[id(code)] = code
        return None
    above = frame.f_back
    return Caller(id(above), sites.up_to_users(above, _FARTHEST), users and generator)


def _patch_attach(  # noqa: C901 - a hot path: a branch costs less than a call
    original: Callable[[Any, Context], Any],
) -> Callable[[Any, Context], Any]:
    def attach(self: Any, context: Context) -> Any:  # noqa: C901 - the same
        token = original(self, context)
        if _attach.on:
            try:
                frame: Any = _getframe(1)
                code = frame.f_code
                if code is _api_attach:
                    frame = _getframe(2)
                    code = frame.f_code
                    if code is _use_span:
                        frame = _getframe(4)
                        code = frame.f_code
                        if code is _start_span:
                            frame = _getframe(6)
                            code = frame.f_code
                caller = task = None
                if id(code) not in _plain:
                    frame = asker(frame)
                    code = frame.f_code
                    caller = _caller(frame, code)
                if _running_loop is not None:
                    loop = _running_loop()
                    if loop is not None:
                        task = _current_task(loop)
                        if task is not None:
                            task = ref(task)
                key = id(token)
                if key in opened:
                    abandoned.append(opened[key])
                opened[key] = scope = (
                    code,
                    frame.f_lasti,
                    caller,
                    _thread.get_ident(),
                    task,
                    time_ns(),
                    ref(context),
                )
                if caller is not None and caller.in_users_generator:
                    held[key] = scope
                if len(opened) > MOST_OPEN:
                    _forget_oldest()
            except Exception:
                _attach.failed()
        return token

    return attach


def _patch_detach(original: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    # Half the time of get_current(), where there is one.
    variable = getattr(context_api._RUNTIME_CONTEXT, "_current_context", None)
    has_variable = isinstance(variable, ContextVar)

    def detach(self: Any, token: Any) -> None:
        if not _detach.on:
            original(self, token)
            return
        scope = before = None
        try:
            key = id(token)
            scope = opened.pop(key, None)
            before = self._current_context.get() if has_variable else self.get_current()
        except Exception:
            _detach.failed()
        try:
            original(self, token)
        except Exception as error:
            _failed(self, token, scope, error)
            raise
        if scope is None:
            return
        try:
            closed.append((key, scope))
            if held or suspected:
                _let_go(key, scope)
            if scope[6]() is not before:
                from ctxwatch.scoping import misuse  # which imports this module

                misuse.out_of_order(Scope(*scope), token)
        except Exception:
            _detach.failed()

    return detach


def _failed(runtime: Any, token: Any, scope: tuple[Any, ...] | None, error: Exception) -> None:
    """The runtime context did not take *token*; its exception goes on to the program."""
    try:
        if scope is not None:
            _let_go(id(token), scope)
        from ctxwatch.scoping import misuse

        by_hand = _getframe(2).f_code is not _api_detach
        variable = getattr(runtime, "_current_context", None)
        known = None if scope is None else Scope(*scope)
        misuse.detach_failed(token, known, error, variable, by_hand=by_hand)
    except Exception:
        _detach.failed()


def _let_go(key: int, scope: tuple[Any, ...]) -> None:
    held.pop(key, None)
    if suspected.get(key) is scope:
        del suspected[key]


def _forget_oldest() -> None:
    try:
        key = next(iter(opened))
    except (StopIteration, RuntimeError):  # another thread was at it
        return
    opened.pop(key, None)
    held.pop(key, None)


def is_here(scope: Scope) -> bool:
    """Whether *scope* was opened in the running unit."""
    if scope.thread_id != current.get_ident() or current.light_unit() is not None:
        return False
    task = current.running_task()
    return (None if scope.task is None else scope.task()) is task


def behind_current() -> tuple[int | None, Scope] | None:
    """The scope of the running unit behind the current context, by its token's id.

    None in place of that for a scope whose token is gone.
    """
    context = context_api.get_current()
    try:
        for key, fields in reversed(opened.items()):
            if fields[6]() is context:
                scope = Scope(*fields)
                return (key, scope) if is_here(scope) else None
        for fields in reversed(abandoned):
            if fields[6]() is context:
                scope = Scope(*fields)
                return (None, scope) if is_here(scope) else None
    except RuntimeError:  # another thread was at it
        return None
    return None


def install() -> None:
    """Begin to watch the active runtime context, unless its class cannot be changed."""
    runtime_class = type(context_api._RUNTIME_CONTEXT)
    try:
        patching.patch(runtime_class, "attach", _patch_attach)
        patching.patch(runtime_class, "detach", _patch_detach)
    except (AttributeError, TypeError) as error:
        recorder.noticed(f"scopes are not watched: {error}")


def _install_asyncio(module: ModuleType) -> None:
    global _running_loop, _current_task  # noqa: PLW0603 - once, when the program imports it
    _running_loop = module.events._get_running_loop
    # The function is Python before 3.12; the table it looks into is the same for every loop.
    _current_task = (
        module.current_task if sys.version_info >= (3, 12) else module._current_tasks.get
    )


def _install_sdk(module: ModuleType) -> None:
    global _start_span  # noqa: PLW0603 - once, when the program imports it
    _start_span = inspect.unwrap(module.Tracer.start_as_current_span).__code__
    _between.add(module.__file__ or "")
    decorator = sys.modules.get("opentelemetry.util._decorator")
    if decorator is not None:
        _between.add(decorator.__file__ or "")


PROBES = {"asyncio.tasks": _install_asyncio, "opentelemetry.sdk.trace": _install_sdk}


def forget() -> None:
    """Drop all scopes, for uninstall."""
    opened.clear()
    abandoned.clear()
    held.clear()
    suspected.clear()
    closed.clear()


def _after_fork() -> None:
    """Only the thread that forked lives on in the child."""
    mine = current.get_ident()
    for table in (opened, held, suspected):
        for key in [key for key, scope in table.items() if scope[3] != mine]:
            del table[key]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
