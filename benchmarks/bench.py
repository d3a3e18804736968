"""What ctxwatch costs, against the same program without it and against what people use today.

    python3 dev.py bench [--full]

Writes results.json, growth.svg and the tables in README.md, all beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import bars
import environments
import growth
import hand_offs
import memory
import plot
import primitives
import service
import starts
import tables

HERE = Path(__file__).resolve().parent
_BEGIN, _END = "<!-- results: begin -->\n", "<!-- results: end -->\n"


class Rounds(NamedTuple):
    """How often each part is measured."""

    hand_offs: int
    starts: int
    service: int
    growth: int


_USUAL = Rounds(hand_offs=40, starts=30, service=20, growth=15)
_FULL = Rounds(hand_offs=200, starts=100, service=500, growth=40)


def measure(rounds: Rounds, directory: Path) -> dict[str, Any]:
    """Measure everything, in *directory*. What is returned is fit for JSON."""
    pythons = environments.make(directory / "environments")
    results: dict[str, Any] = {
        "python": platform.python_version(),
        "system": platform.system(),
        "cores": os.cpu_count(),
        "rounds": rounds._asdict(),
    }
    print("hand-offs", flush=True)
    results["hand_offs"] = hand_offs.measure(pythons, directory / "hand_offs", rounds.hand_offs)
    print("starts", flush=True)
    results["starts"] = starts.measure(pythons, directory, rounds.starts)
    print("service", flush=True)
    results["service"] = service.measure(pythons, directory / "service", rounds.service)
    print("memory", flush=True)
    results["memory"] = memory.measure(pythons, directory / "memory")
    print("growth", flush=True)
    results["growth"] = growth.measure(pythons, directory / "growth", rounds.growth)
    results["primitives"] = primitives.measure()
    return results


def write(results: dict[str, Any], rounds: Rounds) -> None:
    """Write *results* as JSON, as a plot, and into the README."""
    (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    (HERE / "growth.svg").write_text(plot.svg(results["growth"]), "utf-8")
    system = f"Python {results['python']}, {results['system']}, {results['cores']} cores."
    parts = [
        system,
        bars.shown(bars.judge(results)),
        tables.hand_offs(results["hand_offs"], rounds.hand_offs),
        tables.starts(results["starts"], rounds.starts),
        tables.service(results["service"]),
        tables.memory(results["memory"]),
        tables.growth(results["growth"]),
        tables.primitives(results["primitives"]),
    ]
    readme = HERE / "README.md"
    before, _, rest = readme.read_text("utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    tabled = "\n\n".join(parts)
    readme.write_text(f"{before}{_BEGIN}\n{tabled}\n\n{_END}{after}", "utf-8")


def main() -> None:
    """Read the command line, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="more rounds, 100,000 requests")
    rounds = _FULL if parser.parse_args().full else _USUAL
    with tempfile.TemporaryDirectory() as directory:
        results = measure(rounds, Path(directory))
    write(results, rounds)
    print(bars.shown(bars.judge(results)))


if __name__ == "__main__":
    main()
