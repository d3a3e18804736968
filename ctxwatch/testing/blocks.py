"""`no_lost_context`: the watch around a block or a function, for any test runner."""

from __future__ import annotations

import asyncio
import functools
import inspect
import sys
from typing import TYPE_CHECKING, Any, TypeVar

from ctxwatch import current, units
from ctxwatch.testing.failures import LostContextError
from ctxwatch.testing.recording import Recording
from ctxwatch.testing.watch import POLL, WAIT, watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from ctxwatch.testing.scopes import Scope

    _F = TypeVar("_F", bound="Callable[..., Any]")


class no_lost_context:  # noqa: N801 - reads as a statement: with no_lost_context():
    """Raises `LostContextError` if a trace loses its context in here.

    A context manager, also with ``async with``, and a decorator for functions and
    coroutine functions. At its end it waits for work that was handed over in it;
    with ``async with``, for asyncio's tasks as well. What is raised in the block
    itself goes first. ``with no_lost_context() as recording:`` gives a `Recording`.
    Where ``CTXWATCH=0``, nothing is watched.

    Args:
        wait: Seconds to wait at most for work that is still under way.
    """

    def __init__(self, *, wait: float = WAIT) -> None:
        self._wait = wait
        self._scope: Scope | None = None

    def __enter__(self) -> Recording:
        """Begin to watch."""
        watch.acquire()
        self._scope = watch.open()
        return Recording(self._scope, self._wait)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Wait, and raise what was found."""
        assert self._scope is not None
        if exc is None:
            watch.settle(self._wait, self._scope)
        self._end(self._scope, exc)

    async def __aenter__(self) -> Recording:
        """Begin to watch."""
        return self.__enter__()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Wait while the loop runs on, and raise what was found."""
        assert self._scope is not None
        try:
            if exc is None:
                for _ in range(round(self._wait / POLL)):
                    if not (self._scope.is_working() or _has_tasks(self._scope)):
                        break
                    await _sleep()
                watch.settled()
        except BaseException as stopped:  # cancelled while it waited
            self._end(self._scope, stopped)
            raise
        self._end(self._scope, exc)

    def _end(self, scope: Scope, exc: BaseException | None) -> None:
        findings = scope.take_findings() if exc is None else []
        watch.close(scope)
        watch.release()
        if findings:
            raise LostContextError(findings)

    def __call__(self, function: _F) -> _F:
        """Decorate *function*: each of its calls is watched."""
        wait = self._wait
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def call_async(*args: Any, **kwargs: Any) -> Any:
                async with no_lost_context(wait=wait):
                    return await function(*args, **kwargs)

            return call_async  # type: ignore[return-value]

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with no_lost_context(wait=wait):
                return function(*args, **kwargs)

        return call  # type: ignore[return-value]


def _has_tasks(scope: Scope) -> bool:
    """Whether tasks of asyncio's that were made under a span of *scope* are not done."""
    if not current.in_event_loop():
        return False
    known = set(scope.crossings)
    return any(units.carried(task) in known for task in asyncio.all_tasks() if not task.done())


async def _sleep() -> None:
    if current.in_event_loop():
        await asyncio.sleep(POLL)
    else:
        await sys.modules["trio"].sleep(POLL)
