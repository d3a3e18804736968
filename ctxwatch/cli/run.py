"""``ctxwatch run``: sets the environment, then becomes the program."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, NoReturn

from ctxwatch import config, startup
from ctxwatch.cli import programs
from ctxwatch.cli.errors import CliError, NotExecutableError, NotFoundError, UsageError

if TYPE_CHECKING:
    import argparse

SUMMARY = "Run a program and watch where it loses its OpenTelemetry context."

_SETTING_OF = {
    "--instrumentors": "CTXWATCH_INSTRUMENTORS",
    "--log-file": "CTXWATCH_LOG_FILE",
    "--log-format": "CTXWATCH_LOG_FORMAT",
    "--log-level": "CTXWATCH_LOG_LEVEL",
}
OPTIONS_WITH_VALUE = frozenset(_SETTING_OF)


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the options: each the flag for a setting."""
    parser.usage = "ctxwatch run [OPTIONS] PROGRAM [ARGS...]"
    parser.epilog = (
        "PROGRAM is a command, an existing .py file, or '-m' and a module. "
        "What follows it is passed on as it is."
    )
    settings = {setting.name: setting for setting in config.SETTINGS}
    for option, name in _SETTING_OF.items():
        setting = settings[name]
        parser.add_argument(
            option,
            dest=name,
            metavar="VALUE",
            help=f"{setting.values}. {setting.doc} ({name})",
        )
    parser.add_argument(
        "--debug",
        dest="CTXWATCH_LOG_LEVEL",
        action="store_const",
        const="debug",
        help="short for --log-level debug",
    )


def run(args: argparse.Namespace) -> int:
    """Become the program. Comes back on Windows alone, with the program's exit code."""
    environ = _environment_from(args)
    program = programs.find(args.program)
    if startup.switch() is False:
        sys.stderr.write(
            f"ctxwatch: CTXWATCH={environ['CTXWATCH']} is set: {args.program[0]} runs unwatched\n"
        )
    else:
        environ = programs.watched_environment(environ)
    return _start_and_wait(program, environ) if os.name == "nt" else _become(program, environ)


def _environment_from(args: argparse.Namespace) -> dict[str, str]:
    """This process's environment with the settings that were given as options."""
    environ = dict(os.environ)
    settings = {setting.name: setting for setting in config.SETTINGS}
    for option, name in _SETTING_OF.items():
        value: str | None = getattr(args, name)
        if value is None:
            continue
        try:
            settings[name].parse(value)
        except ValueError:
            raise UsageError(
                f"{option} {value!r} is not usable: expected {settings[name].values}"
            ) from None
        environ[name] = value
    if args.CTXWATCH_LOG_FILE is not None:
        environ["CTXWATCH_LOG_FILE"] = _writable(args.CTXWATCH_LOG_FILE)
    return environ


def _writable(path: str) -> str:
    """The absolute path of the log file: the program may change its directory."""
    if not path:
        raise UsageError("--log-file '' is not usable: expected a path")
    path = os.path.abspath(path)
    # Without O_NONBLOCK, a pipe that nobody reads would be waited for.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
    try:
        os.close(os.open(path, flags, 0o666))
    except OSError as error:
        raise UsageError(
            f"--log-file {path!r} cannot be written: {error.strerror}; name another file"
        ) from None
    return path


def _become(program: programs.Program, environ: dict[str, str]) -> NoReturn:
    # CPython ignores these when it starts, and what is ignored stays so in execve.
    for name in ("SIGPIPE", "SIGXFSZ"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # closed before we were started
            stream.flush()
    try:
        os.execve(program.path, program.argv, environ)  # noqa: S606 - its job
    except OSError as error:
        raise _not_started(program, error) from None


def _start_and_wait(program: programs.Program, environ: dict[str, str]) -> int:
    try:
        process = subprocess.Popen(program.argv, executable=program.path, env=environ)  # noqa: S603
    except OSError as error:
        raise _not_started(program, error) from None
    while process.poll() is None:
        # The program gets Ctrl-C too, and decides what it means.
        with contextlib.suppress(KeyboardInterrupt):
            process.wait()
    return process.returncode


def _not_started(program: programs.Program, error: OSError) -> CliError:
    if error.errno == errno.ENOENT:
        # The file was found: what is missing is what its first line names.
        return NotFoundError(
            f"{program.path}: the interpreter named in its first line does not exist"
        )
    if error.errno == errno.ENOEXEC:
        return NotExecutableError(
            f"{program.path}: is no program; a script needs a first line such as "
            "#!/usr/bin/env python3"
        )
    return NotExecutableError(f"{program.path}: cannot be executed: {error.strerror}")
