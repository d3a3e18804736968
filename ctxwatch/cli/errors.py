"""Errors that end a command: one line on stderr, and the exit code that goes with it."""

from __future__ import annotations


class CliError(Exception):
    """A command cannot go on. The message names the thing and the way out."""

    exit_code = 1


class UsageError(CliError):
    """The command line, or a setting given on it, cannot be used."""

    exit_code = 2


class NotExecutableError(CliError):
    """The program is there but cannot be started (126, as in a shell)."""

    exit_code = 126


class NotFoundError(CliError):
    """There is no such program (127, as in a shell)."""

    exit_code = 127
