"""CPU that the start of a program takes, with and without ctxwatch."""

from __future__ import annotations

import resource
import subprocess
from typing import TYPE_CHECKING, Any

import spread
from variants import VARIANTS

if TYPE_CHECKING:
    from pathlib import Path

    from environments import Pythons

_EMPTY = "pass"
_TRACED = """
from opentelemetry import trace
from opentelemetry.instrumentation.asyncio import AsyncioInstrumentor
from opentelemetry.instrumentation.threading import ThreadingInstrumentor
from opentelemetry.sdk.trace import TracerProvider
trace.set_tracer_provider(TracerProvider())
ThreadingInstrumentor().instrument()
AsyncioInstrumentor().instrument()
"""

PROGRAMS = {
    "empty": ("a program without OpenTelemetry", _EMPTY),
    "traced": ("a program with the SDK and the two instrumentors", _TRACED),
}
_COMPARED = ("bare", "pth", "both")


def measure(pythons: Pythons, directory: Path, rounds: int) -> dict[str, Any]:
    """For each program and variant: the ratio to bare, and the milliseconds added."""
    return {
        key: {"label": label} | _measure(code, pythons, directory, rounds)
        for key, (label, code) in PROGRAMS.items()
    }


def _measure(code: str, pythons: Pythons, directory: Path, rounds: int) -> dict[str, Any]:
    for name in _COMPARED:
        _start(name, code, pythons, directory)  # compiles what is not compiled yet
    taken: dict[str, list[float]] = {name: [] for name in _COMPARED}
    for order in spread.turns(_COMPARED, rounds):
        for name in order:
            taken[name].append(_start(name, code, pythons, directory) * 1000)
    bare = taken["bare"]
    return {
        "bare_ms": spread.of(bare),
        "ratio": {name: spread.ratio(taken[name], bare) for name in taken},
        "added_ms": {name: spread.difference(taken[name], bare) for name in taken},
    }


def _start(name: str, code: str, pythons: Pythons, directory: Path) -> float:
    """Run *code*; return the seconds of CPU, user and system, from exec to exit."""
    variant = VARIANTS[name]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [variant.python(pythons), "-c", code],
        env=variant.environ(directory),
        check=True,
        stderr=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
