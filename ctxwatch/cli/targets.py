"""From a program's command line to the Python interpreter that would run it.

The result is a command line of the same wrappers, interpreter and interpreter
options, without the program: doctor puts its own code there. So the wrappers
and the interpreter show what they really do, and the program does not run.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from typing import NamedTuple

from ctxwatch.cli import programs, run, split_program
from ctxwatch.cli.errors import CliError

# They start the command at the end of their own, and do nothing else with it.
_WRAPPERS = frozenset(
    "chpst chrt conda ctxwatch doas dumb-init env exec gosu hatch "  # noqa: SIM905 - 27 lines
    "ionice nice nohup numactl "
    "opentelemetry-instrument pdm pipenv poetry rye setarch setpriv setsid stdbuf su-exec sudo "
    "taskset tini time timeout uv".split()
)
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh"})
_PYTHON = re.compile(r"(python|pypy)[\d.]*(t|d|w)?(\.exe)?", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_SHELL_SYNTAX = re.compile(r"[|&;<>()$`\n*?\[#~{]")
_FLAGS_WITH_VALUE = "WXQ"
_DEPTH = 8


class CannotTellError(CliError):
    """Which interpreter runs the program cannot be found out without running it."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"cannot tell without running it: {problem}. "
            "Name the Python program itself: ctxwatch doctor -- python app.py"
        )


class Target(NamedTuple):
    """A command line up to and with the interpreter's options, and the script, if it is a file."""

    command: list[str]
    script: str | None


def find(words: list[str]) -> Target:
    """Find the interpreter that *words* start.

    Raises:
        CannotTellError: nothing in *words* is known to start Python.
        CliError: the program does not exist or cannot be executed, as for `run`.
    """
    return _find(words, [], 0)


def _find(words: list[str], before: list[str], depth: int) -> Target:
    if depth > _DEPTH:
        raise CannotTellError(f"{words[0]} is wrapped too often")
    program = programs.find(words)
    path, argv = program
    name = os.path.basename(argv[0])
    if path == sys.executable or _PYTHON.fullmatch(name):
        options, script = _interpreter_options(argv[1:])
        return Target([*before, _command_word(argv[0], path), *options], script)
    if name in _SHELLS:
        return _find(_shell_words(argv), before, depth + 1)
    if name in _WRAPPERS:
        own = _length_of_wrapper(argv)
        first = _command_word(argv[0], path)
        return _find(argv[own:], [*before, first, *argv[1:own]], depth + 1)
    return _find([*_shebang(path), path, *argv[1:]], before, depth + 1)


def _command_word(word: str, path: str) -> str:
    """*word* as typed where it is found by PATH, so that wrappers may find another one."""
    return word if not os.path.dirname(word) else path


def _interpreter_options(words: list[str]) -> tuple[list[str], str | None]:
    """The interpreter's options, without the one that names the program; and the script."""
    options: list[str] = []
    i = 0
    while i < len(words):
        word = words[i]
        if word == "-" or not word.startswith("-"):
            return options, (word if word != "-" else None)
        i += 1
        if word.startswith("--"):
            options.append(word)
            if word == "--check-hash-based-pycs":
                options.extend(words[i : i + 1])
                i += 1
            continue
        for place, letter in enumerate(word[1:], 1):
            if letter in "cm":
                if place > 1:
                    options.append(word[:place])
                return options, None
            if letter in _FLAGS_WITH_VALUE:
                if place == len(word) - 1:
                    options.extend(words[i - 1 : i + 1])
                    i += 1
                else:
                    options.append(word)
                break
        else:
            options.append(word)
    return options, None


def _length_of_wrapper(argv: list[str]) -> int:
    """How many words at the start of *argv* are the wrapper's own."""
    if os.path.basename(argv[0]) == "ctxwatch":
        if argv[1:2] != ["run"]:
            raise CannotTellError("this ctxwatch command starts no program")
        return len(argv) - len(split_program(argv[2:], run.OPTIONS_WITH_VALUE)[1])
    for i, word in enumerate(argv[1:], 1):
        name = os.path.basename(word)
        if _PYTHON.fullmatch(name) or name in _WRAPPERS or name in _SHELLS:
            return i
        if word.startswith("-") or _ASSIGNMENT.match(word):
            continue
        try:
            if _shebang(programs.find([word]).path):
                return i
        except CliError:
            continue
    raise CannotTellError(f"no Python command is seen behind {argv[0]}")


def _shell_words(argv: list[str]) -> list[str]:
    """The words of ``sh -c '...'``, if it is one plain command."""
    command = next(
        (argv[i + 1] for i, word in enumerate(argv[:-1]) if re.fullmatch(r"-[a-z]*c", word)), None
    )
    if command is None:
        raise CannotTellError(f"{argv[0]} runs a shell script")
    if _SHELL_SYNTAX.search(command):
        raise CannotTellError(f"{argv[0]} -c is given more than one plain command")
    words = shlex.split(command)
    while words and words[0] == "exec":
        del words[0]
    if words and _ASSIGNMENT.match(words[0]):
        words.insert(0, "env")
    return words


def _shebang(path: str) -> list[str]:
    """The words of the first line of the script *path*."""
    with open(path, "rb") as file:
        line, second = file.readline(512), file.readline(4096)
    if not line.startswith(b"#!"):
        raise CannotTellError(f"{path} is no Python program, and no wrapper known to ctxwatch")
    if second.startswith(b"'''exec' "):  # how pip writes it where the path is too long
        return shlex.split(os.fsdecode(second[len("'''exec' ") :]))[:1]
    text = os.fsdecode(line[2:].strip())
    interpreter, _, argument = text.partition(" ")
    words = [interpreter, *([argument.strip()] if argument else [])]
    if os.path.basename(interpreter) == "env" and argument.startswith("-S"):
        words = [interpreter, *shlex.split(argument[2:])]
    return words
