"""Memory after ten thousand and after a million hand-offs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import hand_offs

if TYPE_CHECKING:
    from pathlib import Path

    from environments import Pythons

COUNTS = (10_000, 100_000, 1_000_000)
VARIANTS = ["bare", "instrumentors", "none", "both"]
#: What is handed over through, in turn.
_WORKLOADS = ("create_task", "submit", "submit_plainly", "queue")
_ROUND = 1_000


def measure(pythons: Pythons, directory: Path) -> dict[str, Any]:
    """MiB resident in each variant, by the number of hand-offs made until then."""
    started = hand_offs.workers(VARIANTS, pythons, directory)
    results: dict[str, Any] = {}
    for name, worker in started.items():
        made = 0
        results[name] = {}
        for count in COUNTS:
            while made < count:
                workload = _WORKLOADS[made // _ROUND % len(_WORKLOADS)]
                worker.ask(do="cpu", workload=workload, n=_ROUND)
                made += _ROUND
            results[name][count] = worker.ask(do="resident") / 2**20
        worker.close()
        print(f"  {name}", flush=True)
    return results
