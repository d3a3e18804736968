"""What runs before the program: the one entry behind every way of switching ctxwatch on.

Runs at the start of every Python process of a watched program, most of which
never use OpenTelemetry: it imports nothing that is not loaded anyway.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # typing.TYPE_CHECKING costs the import of typing
if TYPE_CHECKING:
    from types import ModuleType

BOOTSTRAP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bootstrap")
"""The directory that, on PYTHONPATH, starts ctxwatch in every Python process."""

_BOOTSTRAP_TAIL = os.path.join("ctxwatch", "startup", "bootstrap")

# The same words as config.py takes for a switch; config.py costs the import of typing.
_ON = ("1", "true", "yes", "on")
_OFF = ("0", "false", "no", "off", "")

_done: set[str] = set()


def switch() -> bool | None:
    """What CTXWATCH says: on, off, or nothing usable."""
    text = os.environ.get("CTXWATCH", "unset").strip().lower()
    if text in _ON:
        return True
    return False if text in _OFF else None


def activate(*, force: bool = False) -> None:
    """Have the agent installed as soon as the program imports OpenTelemetry.

    Does nothing unless CTXWATCH is on, or, with *force*, unless CTXWATCH is off.
    May be called any number of times. Never raises; a failure is one line on stderr.
    """
    try:
        if switch() is not True and not (force and switch() is None):
            return
        _leave_sys_path()
        if is_active():
            return
        _done.add("activate")
        from ctxwatch.startup import import_hook

        for name in ("opentelemetry.trace", "opentelemetry.context"):
            import_hook.when_imported(name, _opentelemetry_imported)
    except Exception as error:
        _failed(error)


def is_active() -> bool:
    """Whether `activate` has taken effect in this process."""
    return "activate" in _done


def _opentelemetry_imported(_module: ModuleType | None = None) -> None:
    """Install the agent, once nothing of what it needs is half imported any more.

    `opentelemetry.context` is complete while what imported it is not, be that
    `opentelemetry.trace`, the SDK, or the agent itself.
    """
    from ctxwatch.startup import import_hook

    if "install" in _done:
        return
    for name, module in list(sys.modules.items()):
        needed = name.partition(".")[0] in ("opentelemetry", "ctxwatch")
        if needed and import_hook.is_half_imported(module):
            import_hook.when_import_ends(module, _opentelemetry_imported)
            return
    _done.add("install")
    try:
        _install()
    except Exception as error:
        _failed(error)


def _install() -> None:
    import importlib.util

    from ctxwatch import agent

    # The agent imports it when it first has something to write, too late to say this.
    if importlib.util.find_spec("structlog") is None:
        raise ModuleNotFoundError("No module named 'structlog'")
    agent.install()


def _leave_sys_path() -> None:
    """Take the bootstrap directory, of whichever ctxwatch, out of sys.path."""
    sys.path[:] = [
        entry
        for entry in sys.path
        if not (isinstance(entry, str) and os.path.normpath(entry).endswith(_BOOTSTRAP_TAIL))
    ]


def _failed(error: Exception) -> None:
    if os.environ.get("CTXWATCH_STRICT") == "1":
        raise error
    if sys.stderr is not None:
        sys.stderr.write(
            f"ctxwatch: not active in this process: {type(error).__name__}: {error} "
            f"(does '{sys.executable} -m pip install ctxwatch' help?)\n"
        )
