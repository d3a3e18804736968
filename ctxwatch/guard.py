"""The agent's own errors: counted, never the program's problem."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

#: A probe that fails this often is broken for this program, not unlucky.
LIMIT = 5


class Probe:
    """The switch and the error count of one patched place.

    `on` is read by every patched function before it does anything of its own,
    so that a probe can be switched off where its patch cannot be taken out.
    """

    __slots__ = ("errors", "name", "on")

    def __init__(self, name: str) -> None:
        self.name = name
        self.on = True
        self.errors = 0
        _probes.append(self)

    def failed(self) -> None:
        """Count the exception that is being handled; the fifth one is the last."""
        if os.environ.get("CTXWATCH_STRICT") == "1":
            raise  # noqa: PLE0704 - called from the except clauses of the probes
        self.errors += 1
        if self.errors >= LIMIT and self.on:
            self.on = False
            exc = sys.exc_info()[1]
            for listener in tuple(_listeners):
                listener(self.name, f"{type(exc).__name__}: {exc}")


_probes: list[Probe] = []
_listeners: list[Callable[[str, str], None]] = []


def switch_all(*, on: bool) -> None:
    """Switch every probe on, its errors forgotten, or off, for those whose patch cannot go."""
    for probe in _probes:
        probe.on = on
        probe.errors = 0


def on_switched_off(listener: Callable[[str, str], None]) -> None:
    """Have *listener* called with a probe's name and its last error when it is switched off."""
    _listeners.append(listener)


def forget_listeners() -> None:
    """Call nobody any more, for uninstall."""
    _listeners.clear()
