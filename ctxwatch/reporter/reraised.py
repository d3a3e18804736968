"""uvicorn's end: it raises the signal that stopped it once more, which kills the process.

No atexit function runs then. So what level debug still has to write is written right
before: where the block that uvicorn catches signals in is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctxwatch import patching
from ctxwatch.guard import Probe

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

_probe = Probe("uvicorn.Server.capture_signals")


class _Block:
    """uvicorn's own block, and what comes before its end."""

    __slots__ = ("_block", "_server")

    def __init__(self, block: Any, server: Any) -> None:
        self._block = block
        self._server = server

    def __enter__(self) -> Any:
        return self._block.__enter__()

    def __exit__(self, *raised: object) -> Any:
        if _probe.on:
            try:
                _leaves(self._server)
            except Exception:
                _probe.failed()
        return self._block.__exit__(*raised)


def _leaves(server: Any) -> None:
    from ctxwatch import agent

    reporter = agent.reporter()
    if reporter is not None and server._captured_signals:
        reporter.close()


def _patch_capture_signals(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def capture_signals(self: Any) -> _Block:
        return _Block(original(self), self)

    return capture_signals


def _install(module: ModuleType) -> None:
    if hasattr(module.Server, "capture_signals"):  # from 0.29; before, it ended like any program
        patching.patch(module.Server, "capture_signals", _patch_capture_signals)


PROBES = {"uvicorn.server": _install}
