"""The results as Markdown tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from variants import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SPREAD = "Median over all rounds, and in brackets what half of the rounds lie between."


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, its first column to the left and the others to the right."""
    lines = [
        "| " + " | ".join(head) + " |",
        "|---|" + "---:|" * (len(head) - 1),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    return "\n".join(lines)


def _shown(spread: Sequence[float], form: str) -> str:
    median, low, high = (format(number, form) for number in spread)
    return f"{median} ({low} to {high})"


def hand_offs(results: dict[str, Any], rounds: int) -> str:
    """Ratio to bare, then microseconds added, a column for each variant."""
    names = [name for name in VARIANTS if name != "bare"]
    key = "\n".join(f"- `{name}`: {VARIANTS[name].label}" for name in VARIANTS)
    ratios = table(
        ["CPU, ratio to bare", "bare, µs", *names],
        (
            [
                row["label"],
                f"{row['bare_us'][0]:.2f}",
                *(_shown(row["ratio"][name], ".2f") for name in names),
            ]
            for row in results.values()
        ),
    )
    added = table(
        ["µs of CPU added to each", *names],
        (
            [row["label"], *(_shown(row["added_us"][name], ".1f") for name in names)]
            for row in results.values()
        ),
    )
    return f"### Hand-offs and spans\n\n{key}\n\n{_SPREAD} {rounds} rounds.\n\n{ratios}\n\n{added}"


def starts(results: dict[str, Any], rounds: int) -> str:
    """Milliseconds of CPU from exec to exit."""
    rows = []
    for program in results.values():
        added = program["added_ms"]
        rows.append(
            [
                program["label"],
                f"{program['bare_ms'][0]:.1f}",
                _shown(added["pth"], "+.1f"),
                _shown(added["both"], "+.1f"),
                _shown(program["ratio"]["both"], ".2f"),
            ]
        )
    head = ["CPU of a start", "bare, ms", "switch unset, ms", "switched on, ms", "on, ratio"]
    return f"### Starts\n\n{_SPREAD} {rounds} rounds.\n\n{table(head, rows)}"


def service(results: dict[str, Any]) -> str:
    """A table for each way in which the service passes its context on."""
    parts = ["### The service"]
    for path, result in results.items():
        rows = [
            [
                f"`{name}`",
                _shown(row["cpu"], ".2f"),
                _shown(row["throughput"], ".2f"),
                f"{row['cpu_us'][0]:.0f}",
                f"{row['per_second'][0]:.0f}",
                f"{row['p50_ms'][0]:.1f}",
                _shown(row["p99_ms"], ".1f"),
                f"{row['resident_mib']:.1f}",
            ]
            for name, row in result["variants"].items()
        ]
        head = ["CPU a request, ratio", "throughput, ratio", "CPU, µs", "requests/s"]
        head += ["p50, ms", "p99, ms", "resident, MiB"]
        parts.append(
            f"`GET {path}`, {result['requests']} requests to each, ratios to the first row."
        )
        parts.append(table(["variant", *head], rows))
    return "\n\n".join(parts)


def memory(results: dict[str, Any]) -> str:
    """MiB resident, and how much more than bare."""
    counts = list(results["bare"])
    rows = [
        [
            f"`{name}`",
            *(f"{row[count]:.1f} ({row[count] - results['bare'][count]:+.1f})" for count in counts),
        ]
        for name, row in results.items()
    ]
    head = ["MiB resident (over bare) after", *(f"{int(count):,}" for count in counts)]
    return f"### Memory, by hand-offs made\n\n{table(head, rows)}"


def growth(results: dict[str, Any]) -> str:
    """Microseconds that are added to a hand-off, by how many things are alive."""
    sizes = list(max(results.values(), key=lambda kind: len(kind["points"]))["points"])
    rows = [
        [
            kind["label"],
            *(
                _shown(kind["points"][size]["added_us"], ".1f") if size in kind["points"] else ""
                for size in sizes
            ),
        ]
        for kind in results.values()
    ]
    head = ["µs of CPU added", *(f"{int(size):,}" for size in sizes)]
    return f"### Growth\n\n![the same as a plot](growth.svg)\n\n{table(head, rows)}"


def primitives(results: dict[str, Any]) -> str:
    """What the parts of the hot path cost, and what would stand in their place."""
    rows = [[name, f"{chosen:.0f}", f"{other:.0f}"] for name, (chosen, other) in results.items()]
    return "### The parts of the hot path\n\n" + table(["chosen, and not", "ns", "not, ns"], rows)
