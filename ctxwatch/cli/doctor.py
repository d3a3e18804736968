"""``ctxwatch doctor``: whether ctxwatch would be active in a program, and if not, why."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ctxwatch import startup
from ctxwatch.cli import output, programs, targets
from ctxwatch.cli.errors import CliError

if TYPE_CHECKING:
    import argparse

SUMMARY = "Say whether ctxwatch would be active in a program, and if not, why."
OPTIONS_WITH_VALUE: frozenset[str] = frozenset()

_MARK = "ctxwatch-probe:"
_OLDEST = (3, 10)
_PROBE_SECONDS = 60
_TRUE = ("1", "true", "yes", "on")


class Answer(NamedTuple):
    """One thing found, and the way out of it. Without *fatal*, ctxwatch is active all the same."""

    problem: str
    remedy: str
    fatal: bool = True


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the usage; there are no options."""
    parser.usage = "ctxwatch doctor [--] PROGRAM [ARGS...]"
    parser.epilog = (
        "Starts the interpreter that PROGRAM would run in, in the environment that "
        "'ctxwatch run PROGRAM' gives it. The program itself is not run."
    )


def run(args: argparse.Namespace) -> int:
    """Print the diagnosis; 0 if ctxwatch would be active, 1 if not."""
    target = targets.find(args.program)
    report = probe(target)
    answers = diagnose(report)
    version = ".".join(map(str, report["version"]))
    active = not any(answer.fatal for answer in answers)
    would = "would" if active else "would not"
    with output.reader_may_leave():
        sys.stdout.write(
            f"ctxwatch {would} be active in {report['executable']} (Python {version})\n"
        )
        for answer in answers:
            sys.stdout.write(f"  - {answer.problem}\n    {answer.remedy}\n")
    return 0 if active else 1


def probe(target: targets.Target) -> dict[str, Any]:
    """Run the probe where the program would run, and return its report."""
    environ = dict(os.environ)
    if startup.switch() is not False:
        environ = programs.watched_environment(environ)
    # opentelemetry-instrument, where it is in the command, must not send anything for the probe.
    for signal in ("TRACES", "METRICS", "LOGS"):
        environ[f"OTEL_{signal}_EXPORTER"] = "none"
    code = Path(__file__).with_name("probe.py").read_text(encoding="utf-8")
    command = [*target.command, "-c", code]
    if target.script is not None:
        command.append(os.path.dirname(os.path.abspath(target.script)))
    program = programs.find(command)
    try:
        done = subprocess.run(  # noqa: S603 - to run what it is asked about is its job
            program.argv,
            executable=program.path,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PROBE_SECONDS,
            start_new_session=True,  # so that sudo fails instead of asking for a password
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CliError(f"{target.command[0]} did not answer in {_PROBE_SECONDS} s") from None
    except OSError as error:
        raise CliError(f"{program.path}: cannot be executed: {error.strerror}") from None
    for line in done.stdout.splitlines():
        if line.startswith(_MARK):
            report: dict[str, Any] = json.loads(line[len(_MARK) :])
            return report
    said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}, no output"]
    raise CliError(f"{' '.join(target.command)} did not start Python: {said[-1]}")


def diagnose(report: dict[str, Any]) -> list[Answer]:
    """What the probe's *report* means, the most important first."""
    if tuple(report["version"][:2]) < _OLDEST:
        return [
            Answer(
                "this Python is too old: ctxwatch needs 3.10 or newer",
                "run the program with a newer Python",
            )
        ]
    answers = [] if report["active"] else [_why_not_started(report)]
    if not report["flags"]["no_site"]:  # it hides what is installed
        answers.extend(_missing_packages(report))
    if (report["environ"]["OTEL_SDK_DISABLED"] or "").strip().lower() == "true":
        answers.append(
            Answer(
                "OTEL_SDK_DISABLED=true: the SDK makes no spans, so there is nothing to watch",
                "unset OTEL_SDK_DISABLED",
            )
        )
    return answers


def _missing_packages(report: dict[str, Any]) -> list[Answer]:
    modules = report["modules"]
    wanted = (report["environ"]["CTXWATCH_INSTRUMENTORS"] or "threading,asyncio").lower()
    needed = {
        "opentelemetry-sdk": modules["opentelemetry.sdk.trace"],
        "structlog": modules["structlog"],
    }
    instrumentors = {
        f"opentelemetry-instrumentation-{name}": modules[f"opentelemetry.instrumentation.{name}"]
        for name in ("threading", "asyncio")
        if name in wanted
    }
    answers = []
    for packages, effect, fatal in (
        (needed, "ctxwatch cannot work", True),
        (instrumentors, "these instrumentors will not be applied", False),
    ):
        missing = [name for name, there in packages.items() if not there]
        if missing:
            answers.append(
                Answer(
                    f"without {' and '.join(missing)} in this interpreter {effect}",
                    f"{report['executable']} -m pip install {' '.join(missing)}",
                    fatal,
                )
            )
    return answers


def _why_not_started(report: dict[str, Any]) -> Answer:
    """Why ctxwatch's start-up code did not run in the interpreter, or did nothing."""
    python, flags, environ = report["executable"], report["flags"], report["environ"]
    switch = (environ["CTXWATCH"] or "").strip().lower()
    if switch and switch not in _TRUE:
        return Answer(
            f"CTXWATCH={environ['CTXWATCH']} switches it off",
            "unset CTXWATCH, where the program is started",
        )
    if not switch:
        return Answer(
            "the environment does not reach the program: CTXWATCH is not set in it",
            "put 'ctxwatch run' behind the wrapper that drops it, right before the program, "
            "or set CTXWATCH=1 there",
        )
    if flags["no_site"]:
        return Answer(
            "-S: Python starts without 'site', and so without anything that is installed to "
            "start with it",
            "leave -S out",
        )
    if flags["ignore_environment"]:
        return Answer(
            "-I or -E: Python ignores PYTHONPATH, and ctxwatch is not installed in this "
            "interpreter",
            f"{python} -m pip install ctxwatch, or leave -I or -E out",
        )
    if startup.BOOTSTRAP not in (environ["PYTHONPATH"] or "").split(os.pathsep):
        return Answer(
            "the wrapper drops PYTHONPATH, and ctxwatch is not installed in this interpreter",
            f"{python} -m pip install ctxwatch, or put 'ctxwatch run' behind the wrapper",
        )
    return Answer(
        f"another sitecustomize came first: {report['sitecustomize']}",
        f"{python} -m pip install ctxwatch",
    )
