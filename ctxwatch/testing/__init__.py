"""Fails a test in which a trace loses its context.

With pytest: ``pytest --ctxwatch``. With any other runner, `no_lost_context`
around a block or a function. Importing this package costs next to nothing: what
it offers, and OpenTelemetry with it, is loaded on first use.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ctxwatch.testing.blocks import no_lost_context
    from ctxwatch.testing.failures import LostContextError
    from ctxwatch.testing.recording import Recording
    from ctxwatch.testing.scopes import Span

__all__ = ["LostContextError", "Recording", "Span", "no_lost_context"]

_HOMES = {
    "LostContextError": "ctxwatch.testing.failures",
    "Recording": "ctxwatch.testing.recording",
    "Span": "ctxwatch.testing.scopes",
    "no_lost_context": "ctxwatch.testing.blocks",
}


def __getattr__(name: str) -> Any:
    """Load a public name from the module that it lives in."""
    home = _HOMES.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    import importlib

    return getattr(importlib.import_module(home), name)
