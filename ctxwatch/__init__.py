"""Names the line of code where an OpenTelemetry trace lost its context.

Importing this package costs next to nothing: what it offers is loaded on first
use.

PYTEST_DONT_REWRITE: where the agent is on before pytest begins, pytest would warn
that it cannot rewrite the assertions of this package, as of any with a plugin in it.
"""

from __future__ import annotations

from ctxwatch._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ctxwatch.agent import install, uninstall
    from ctxwatch.intent import detached
    from ctxwatch.manual import snapshot
    from ctxwatch.scoping.ledger import scopes

__all__ = ["__version__", "detached", "install", "scopes", "snapshot", "uninstall"]

_HOMES = {
    "detached": "ctxwatch.intent",
    "install": "ctxwatch.agent",
    "scopes": "ctxwatch.scoping.ledger",
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
