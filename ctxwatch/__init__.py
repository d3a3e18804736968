"""Names the line of code where an OpenTelemetry trace lost its context.

Importing this package costs next to nothing: what it offers is loaded on first
use.
"""

from __future__ import annotations

from ctxwatch._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ctxwatch.agent import install, uninstall
    from ctxwatch.intent import detached
    from ctxwatch.manual import snapshot

__all__ = ["__version__", "detached", "install", "snapshot", "uninstall"]

_HOMES = {
    "detached": "ctxwatch.intent",
    "install": "ctxwatch.agent",
    "snapshot": "ctxwatch.manual",
    "uninstall": "ctxwatch.agent",
}


def __getattr__(name: str) -> Any:
    """Load a public name from the module that it lives in."""
    home = _HOMES.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    import importlib  # keeps `import ctxwatch` free of imports

    return getattr(importlib.import_module(home), name)
