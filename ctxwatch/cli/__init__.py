"""The command line: ``ctxwatch COMMAND``, one module a command.

A command's module offers `SUMMARY`, `prepare_parser` and `run`. One that takes
a program also has `OPTIONS_WITH_VALUE`; its `run` finds the program's words,
untouched, in ``args.program``.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from typing import TYPE_CHECKING, NoReturn

from ctxwatch._version import __version__
from ctxwatch.cli import output
from ctxwatch.cli.errors import CliError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from types import ModuleType

COMMANDS = ("run", "info", "doctor", "report", "explain", "check", "fix")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that *argv* (default: the process's) names; return the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    code = 0
    with output.reader_may_leave():
        try:
            code = _main(words)
        except CliError as error:
            code = error.exit_code
            sys.stderr.write(f"ctxwatch: {error}\n")
        except KeyboardInterrupt:
            code = 130
    return code


def _main(words: list[str]) -> int:
    if not words or words[0] not in COMMANDS:
        return _without_command(words)
    name, words = words[0], words[1:]
    command = _load(name)
    parser = _Parser(
        prog=f"ctxwatch {name}",
        description=command.SUMMARY,
        allow_abbrev=False,
    )
    command.prepare_parser(parser)
    options_with_value = getattr(command, "OPTIONS_WITH_VALUE", None)
    program: list[str] = []
    if options_with_value is not None:
        words, program = split_program(words, options_with_value)
    code: int = command.run(parser.parse_args(words, argparse.Namespace(program=program)))
    return code


def split_program(
    words: list[str], options_with_value: Collection[str]
) -> tuple[list[str], list[str]]:
    """Split *words* into the command's own options and the program with its arguments.

    The program starts at the first word that is no option, at ``-m``, or after
    ``--``; from there on nothing is looked at.
    """
    i = 0
    while i < len(words):
        word = words[i]
        if word == "--":
            return words[:i], words[i + 1 :]
        if word in ("-", "-m") or not word.startswith("-"):
            break
        i += 2 if word in options_with_value else 1
    return words[:i], words[i:]


def _without_command(words: list[str]) -> int:
    choices = f"{', '.join(COMMANDS[:-1])} or {COMMANDS[-1]}"
    if not words:
        raise UsageError(f"no command given: expected {choices} (see ctxwatch --help)")
    if not words[0].startswith("-"):
        raise UsageError(f"unknown command {words[0]!r}: expected {choices}")
    summaries = "\n".join(f"  {name:<8}{_load(name).SUMMARY}" for name in COMMANDS)
    parser = _Parser(
        prog="ctxwatch",
        usage="ctxwatch [-h] [--version] COMMAND ...",
        description="Names the line of code where an OpenTelemetry trace lost its context.",
        epilog=f"commands:\n{summaries}\n\n'ctxwatch COMMAND --help' tells more of a command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"ctxwatch {__version__}")
    parser.parse_args(words)
    return 0


def _load(name: str) -> ModuleType:
    return importlib.import_module(f"ctxwatch.cli.{name}")
