"""A service under load, in every variant that a service would run in."""

from __future__ import annotations

import json
import os
import statistics
import sys
from typing import TYPE_CHECKING, Any

import spread
from peer import Peer
from variants import VARIANTS

if TYPE_CHECKING:
    from pathlib import Path

    from environments import Pythons

#: By path: the variants compared, the first being what the others are divided by. The
#: second is the same once more: what it differs by is noise.
COMPARED = {
    "/kept": ("bare", "bare again", "by_hand", "instrumentors", "off", "none", "both", "debug"),
    "/rescued": ("instrumentors", "instrumentors again", "both"),
}
#: Requests of a round.
_N = 200


class _Service:
    """One running service, and what its rounds took."""

    def __init__(self, name: str, pythons: Pythons, directory: Path) -> None:
        key = name.split(maxsplit=1)[0]
        directory.mkdir(parents=True)
        self.peer = Peer(
            VARIANTS[key].python(pythons),
            "service_app.py",
            key,
            str(directory),
            env=VARIANTS[key].environ(directory),
            errors=directory / "errors",
        )
        self.port = self.peer.hello
        self.cpu_us: list[float] = []
        self.per_second: list[float] = []
        self.p50: list[float] = []
        self.p99: list[float] = []

    def round(self, load: Peer, path: str, requests: int) -> None:
        """Load it once."""
        before = self.usage(load)["cpu"]
        answer = load.ask(port=self.port, path=path, requests=requests)
        self.cpu_us.append((self.usage(load)["cpu"] - before) / 1000 / requests)
        self.per_second.append(requests / answer["seconds"])
        percentiles = statistics.quantiles(answer["latencies"], n=100)
        self.p50.append(percentiles[49] * 1000)
        self.p99.append(percentiles[98] * 1000)

    def usage(self, load: Peer) -> dict[str, int]:
        """What it has used so far."""
        told: dict[str, int] = json.loads(load.ask(port=self.port, path="/usage"))
        return told


def measure(pythons: Pythons, directory: Path, rounds: int) -> dict[str, Any]:
    """For each path and variant: CPU, throughput and latency as ratios, and memory."""
    return {
        path: _measure(path, names, pythons, directory / path.strip("/"), rounds)
        for path, names in COMPARED.items()
    }


def _measure(
    path: str, names: tuple[str, ...], pythons: Pythons, directory: Path, rounds: int
) -> dict[str, Any]:
    services = {name: _Service(name, pythons, directory / name.replace(" ", "_")) for name in names}
    load = Peer(sys.executable, "load.py", env=os.environ, errors=directory / "errors")
    for service in services.values():
        service.round(load, path, _N)
        for rounds_taken in (service.cpu_us, service.per_second, service.p50, service.p99):
            rounds_taken.clear()  # the first round warms it up
    for order in spread.turns(names, rounds):
        for name in order:
            services[name].round(load, path, _N)
    base = services[names[0]]
    results = {}
    for name, service in services.items():
        results[name] = {
            "cpu_us": spread.of(service.cpu_us),
            "cpu": spread.ratio(service.cpu_us, base.cpu_us),
            "throughput": spread.ratio(service.per_second, base.per_second),
            "per_second": spread.of(service.per_second),
            "p50_ms": spread.of(service.p50),
            "p99_ms": spread.of(service.p99),
            "p99": spread.ratio(service.p99, base.p99),
            "resident_mib": service.usage(load)["resident"] / 2**20,
        }
    load.close()
    for service in services.values():
        service.peer.close()
    requests = (rounds + 1) * _N
    print(f"  {path}: {requests} requests each", flush=True)
    return {"requests": requests, "variants": results}
