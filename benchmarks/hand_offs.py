"""CPU of every workload in every variant: all variants at once, round by round in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import spread
from peer import Peer
from variants import VARIANTS
from workloads import WORKLOADS

if TYPE_CHECKING:
    from pathlib import Path

    from environments import Pythons

#: Variants in which ctxwatch tells what became of the hand-offs.
_TELLING = ("none", "both")


def workers(names: list[str], pythons: Pythons, directory: Path) -> dict[str, Peer]:
    """Start a worker for each of the variants *names*."""
    started = {}
    for name in names:
        variant, place = VARIANTS[name], directory / name
        place.mkdir(parents=True)
        started[name] = Peer(
            variant.python(pythons),
            "worker.py",
            name,
            str(place),
            env=variant.environ(place),
            errors=place / "errors",
        )
    return started


def measure(pythons: Pythons, directory: Path, rounds: int) -> dict[str, Any]:
    """For each workload and variant: the ratio to bare, and the microseconds added to each."""
    started = workers(list(VARIANTS), pythons, directory)
    results: dict[str, Any] = {}
    for key, workload in WORKLOADS.items():
        for worker in started.values():
            worker.ask(do="cpu", workload=key, n=workload.n)
        taken: dict[str, list[float]] = {name: [] for name in started}
        for order in spread.turns(list(started), rounds):
            for name in order:
                cpu = started[name].ask(do="cpu", workload=key, n=workload.n)
                taken[name].append(cpu / 1000 / workload.n)
        bare = taken["bare"]
        results[key] = {
            "label": workload.label,
            "crosses": workload.crosses,
            "bare_us": spread.of(bare),
            "ratio": {name: spread.ratio(taken[name], bare) for name in taken},
            "added_us": {name: spread.difference(taken[name], bare) for name in taken},
            "verdicts": {name: started[name].ask(do="verdicts", workload=key) for name in _TELLING},
        }
        print(f"  {workload.label}", flush=True)
    for worker in started.values():
        worker.close()
    return results
