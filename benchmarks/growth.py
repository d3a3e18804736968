"""What a hand-off costs beside few and beside many things that are alive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import hand_offs
import spread

if TYPE_CHECKING:
    from pathlib import Path

    from environments import Pythons

SIZES = (1, 10, 100, 1_000, 10_000, 100_000)
#: What is held, and how many at most: no system likes more threads than that.
KINDS = {
    "tasks": ("live tasks", 100_000),
    "threads": ("live threads", 1_000),
    "lines": ("lines that hand over", 100_000),
    "spans": ("open spans", 100_000),
    "hops": ("hops, kept", 100_000),
    "lost_hops": ("hops, lost", 100_000),
}
_VARIANTS = ["bare", "none"]
#: Hand-offs in a round.
_N = 300


def measure(pythons: Pythons, directory: Path, rounds: int) -> dict[str, Any]:
    """For each kind and number: the microseconds that ctxwatch adds to a hand-off."""
    return {kind: _measure(kind, pythons, directory / kind, rounds) for kind in KINDS}


def _measure(kind: str, pythons: Pythons, directory: Path, rounds: int) -> dict[str, Any]:
    label, most = KINDS[kind]
    started = hand_offs.workers(_VARIANTS, pythons, directory)
    points = {}
    held = 0
    for size in SIZES:
        if size > most:
            break
        for worker in started.values():
            worker.ask(do="hold", kind=kind, more=size - held)
            worker.ask(do="cpu_beside", kind=kind, n=_N)
        held = size
        taken: dict[str, list[float]] = {name: [] for name in _VARIANTS}
        for order in spread.turns(_VARIANTS, rounds):
            for name in order:
                cpu = started[name].ask(do="cpu_beside", kind=kind, n=_N)
                taken[name].append(cpu / 1000 / _N)
        points[size] = {
            "bare_us": spread.of(taken["bare"]),
            "added_us": spread.difference(taken["none"], taken["bare"]),
        }
    for worker in started.values():
        worker.close()
    print(f"  {label}", flush=True)
    return {"label": label, "points": points}
