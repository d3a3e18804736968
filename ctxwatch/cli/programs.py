"""From the words of a command line to the program that they start, as a shell would."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, NamedTuple

from ctxwatch import startup
from ctxwatch.cli.errors import NotExecutableError, NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Program(NamedTuple):
    """The file to execute, and its arguments beginning with argv[0]."""

    path: str
    argv: list[str]


def find(words: list[str]) -> Program:
    """Find the program that *words* start.

    ``-m pkg`` and an existing ``.py`` file mean the running interpreter.

    Raises:
        UsageError: there are no words.
        NotFoundError: no such program.
        NotExecutableError: it is no program.
    """
    if not words:
        raise UsageError("no program given: expected a command, such as 'python app.py'")
    if words[0] == "-m" or (words[0].endswith(".py") and os.path.isfile(words[0])):
        return Program(sys.executable, [sys.executable, *words])
    path = shutil.which(words[0])
    if path is not None:
        return Program(path, words)
    if os.path.dirname(words[0]):
        candidates = [words[0]]
    else:
        candidates = [os.path.join(entry, words[0]) for entry in os.get_exec_path()]
    for candidate in candidates:
        if words[0] and os.path.isdir(candidate) and os.path.dirname(words[0]):
            raise NotExecutableError(f"{words[0]}: is a directory, not a program")
        if os.path.isfile(candidate):
            raise NotExecutableError(f"{candidate}: is not executable (chmod +x makes it so)")
    hint = "check the path" if os.path.dirname(words[0]) else "it is not on PATH"
    raise NotFoundError(f"{words[0]}: no such program ({hint})")


def watched_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """A copy of *environ* in which every Python process starts ctxwatch."""
    environ = dict(environ)
    before = environ.get("PYTHONPATH")
    behind = before.split(os.pathsep) if before else []
    behind = [entry for entry in behind if entry != startup.BOOTSTRAP]
    auto = _auto_instrumentation_directory()
    if auto is not None and auto not in behind:
        behind.insert(0, auto)
    environ["PYTHONPATH"] = os.pathsep.join([startup.BOOTSTRAP, *behind])
    environ["CTXWATCH"] = "1"
    return environ


def _auto_instrumentation_directory() -> str | None:
    """The directory by which opentelemetry-instrument started this process, if it did.

    Some versions take it out of PYTHONPATH when they have done their work here;
    the program would then go without.
    """
    file = getattr(sys.modules.get("sitecustomize"), "__file__", None) or ""
    directory = os.path.dirname(file)
    tail = os.path.join("opentelemetry", "instrumentation", "auto_instrumentation")
    return directory if directory.endswith(tail) else None
