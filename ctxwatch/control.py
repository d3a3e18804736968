"""The live switch: a file that turns the watch, or its level, up and down while the program runs.

The file holds one word: ``on``, ``off``, ``debug``, ``info`` or ``warning``, the last
three meaning on at that level. It is looked at at most once a second, after a
run of the garbage collector: a moment that every busy program has, that is rare,
and at which nothing has to be patched, so that a watch that is off costs what
`ctxwatch.uninstall` leaves: nothing. A program that switches the collector off
is asked when a record is written.

What the file says is done in a thread of its own, which ends at once: the
collector runs in the middle of anything, locks of the program's included.
"""

from __future__ import annotations

import _thread
import gc
import os
import time
from typing import Any

from ctxwatch import config as settings
from ctxwatch.guard import Probe
from ctxwatch.recorder import recorder

#: Seconds between two looks at the file.
INTERVAL = 1.0

WORDS = ("on", "off", *settings.LEVELS)

_probe = Probe("control file")
# gevent puts greenlets in its place, which would wait for the program's.
_start_new_thread = _thread.start_new_thread
_path: str | None = None
_next_look = 0.0
_seen: tuple[int, int, int] | None = None


def watch(path: str | None) -> None:
    """Begin to look at the file *path*. What it says already is done at the first look."""
    global _path  # noqa: PLW0603 - one agent a process
    if path is None or _path == path:
        return
    _path = os.path.abspath(path)
    gc.callbacks.append(_collected)


def forget() -> None:
    """Do not look any more."""
    global _path, _seen  # noqa: PLW0603 - one agent a process
    _path = _seen = None
    if _collected in gc.callbacks:
        gc.callbacks.remove(_collected)


def _collected(phase: str, _: dict[str, int]) -> None:
    if phase == "stop":
        look()


def look() -> None:
    """Do what the file says, if it has changed and was not looked at just now."""
    global _next_look, _seen  # noqa: PLW0603 - one file a process
    if _path is None or time.monotonic() < _next_look or not _probe.on:
        return
    _next_look = time.monotonic() + INTERVAL
    try:
        status = os.stat(_path)
    except OSError:
        return
    found = status.st_mtime_ns, status.st_size, status.st_ino
    if found != _seen:
        _seen = found
        try:
            _start_new_thread(_obey, (_path,))
        except RuntimeError:  # the interpreter is about to end
            return


def _obey(path: str) -> None:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            word = file.read(100).strip().lower()
        if word in WORDS:
            _switch(word)
        elif word:
            _say(f"{path} says {word!r}, which is none of: {', '.join(WORDS)}")
    except Exception:
        _probe.failed()


def _say(event: str) -> None:
    recorder.noticed(event)


def _switch(word: str) -> None:
    global _seen  # noqa: PLW0603 - what uninstalling forgets
    from ctxwatch import agent

    path = _path
    reporter: Any = agent.reporter()
    if word == "off":
        if reporter is not None:
            _say("switched off by the control file")
            recorder.process_ends()  # the summary of what was seen so far
            recorder.reset()
            seen = _seen
            agent.uninstall()
            _probe.on = True
            watch(path)
            _seen = seen
        return
    if reporter is None:
        agent.install()
        _say("switched on by the control file")
        reporter = agent.reporter()
    if word in settings.LEVELS and reporter is not None and reporter.level != word:
        reporter.level = word
        _say(f"the level is {word}, by the control file")
