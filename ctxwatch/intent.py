"""Hand-offs that are meant to leave their trace: said in code, or in the settings."""

from __future__ import annotations

import contextvars
import fnmatch
import functools
import inspect
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from ctxwatch.model import Site

    _F = TypeVar("_F", bound=Callable[..., Any])

_reason: contextvars.ContextVar[str | None] = contextvars.ContextVar(
    "ctxwatch_detached", default=None
)

#: ``(file glob, function glob, reason)``, from CTXWATCH_DETACHED.
_sites: tuple[tuple[str, str, str], ...] = ()


class detached:  # noqa: N801 - reads as a statement: with ctxwatch.detached("..."):
    """Says that work handed over in here starts traces of its own.

    A context manager, and a decorator for functions and coroutine functions.
    Such hand-offs get the verdict ``detached``, count in the summary, and never
    lead to a finding. Does nothing else, and costs nothing while the watch is off.

    Args:
        reason: Why, for whoever reads the summary.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self._tokens: list[contextvars.Token[str | None]] = []

    def __enter__(self) -> None:
        """Begin to hand over on purpose."""
        self._tokens.append(_reason.set(self.reason))

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Go back to what was before."""
        _reason.reset(self._tokens.pop())

    def __call__(self, function: _F) -> _F:
        """Decorate *function*: everything it hands over is detached."""
        reason = self.reason
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def call_async(*args: Any, **kwargs: Any) -> Any:
                with detached(reason):
                    return await function(*args, **kwargs)

            return call_async  # type: ignore[return-value]

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with detached(reason):
                return function(*args, **kwargs)

        return call  # type: ignore[return-value]


def use_sites(sites: tuple[tuple[str, str, str], ...]) -> None:
    """Take the sites of the settings into use."""
    global _sites  # noqa: PLW0603 - one agent a process
    _sites = sites


def reason_here() -> str | None:
    """Why what is handed over here is detached; None where nobody said so."""
    return _reason.get()


def reason_in(context: contextvars.Context) -> str | None:
    """Why what is handed over in *context* is detached; None where nobody said so."""
    return context.get(_reason)


def reason_at(site: Site) -> str | None:
    """Why what is handed over at *site* is detached by the settings, if it is."""
    if not _sites:
        return None
    file, _, function = site.place.as_tuple()
    file = file.replace("\\", "/")
    for file_glob, function_glob, reason in _sites:
        if fnmatch.fnmatch(file, f"*{file_glob}") and fnmatch.fnmatch(function, function_glob):
            return reason
    return None
