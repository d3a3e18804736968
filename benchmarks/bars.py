"""What is to be reached, and whether it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator


class Bar(NamedTuple):
    """One of them: what is measured, the most it may be, and what it was."""

    measure: str
    most: float
    measured: float
    unit: str = ""

    @property
    def reached(self) -> bool:
        """Whether it was."""
        return self.measured <= self.most


_KEPT = ("create_task", "task_group", "submit", "run_in_executor", "to_thread", "thread", "queue")


def judge(results: dict[str, Any]) -> list[Bar]:
    """Every bar that *results* can tell of."""
    return [
        *_hand_offs(results["hand_offs"]),
        *_starts(results["starts"]),
        *_service(results["service"]),
        *_memory(results["memory"]),
        *_growth(results["growth"]),
    ]


def shown(bars: list[Bar]) -> str:
    """The bars as a table."""
    rows = [
        [
            bar.measure,
            f"{bar.most:.3g}{bar.unit}",
            f"{bar.measured:.2f}{bar.unit}",
            "reached" if bar.reached else "**not reached**",
        ]
        for bar in bars
    ]
    return "### Bars\n\n" + table(["measure", "at most", "measured", ""], rows)


def _added(row: dict[str, Any], name: str) -> float:
    median: float = row["added_us"][name][0]
    return median


def _hand_offs(rows: dict[str, Any]) -> Iterator[Bar]:
    for key, most in (("create_task", 0.6), ("submit", 1.0)):
        row = rows[key]
        ratio = _added(row, "none") / _added(row, "instrumentors")
        yield Bar(f"added, to what the instrumentors add: {row['label']}", most, ratio)
    for key in _KEPT:
        row = rows[key]
        ratio = _added(row, "none") / _added(row, "by_hand")
        yield Bar(f"added, to what logging by hand adds: {row['label']}", 0.1, ratio)
    for key in _KEPT:
        row = rows[key]
        ratio = _added(row, "debug") / _added(row, "by_hand")
        yield Bar(f"the same at debug: {row['label']}", 0.5, ratio)


def _starts(rows: dict[str, Any]) -> Iterator[Bar]:
    empty, traced = rows["empty"], rows["traced"]
    yield Bar("start, switch unset: " + empty["label"], 1, empty["added_ms"]["pth"][0], " ms")
    yield Bar("start, switched on: " + empty["label"], 3, empty["added_ms"]["both"][0], " ms")
    yield Bar("start, switched on: " + traced["label"], 40, traced["added_ms"]["both"][0], " ms")


def _service(rows: dict[str, Any]) -> Iterator[Bar]:
    variants = rows["/rescued"]["variants"]
    both, again = variants["both"], variants["instrumentors again"]
    yield Bar("CPU a request, to the instrumentors alone", 1.03, both["cpu"][0])
    yield Bar("time a request, to the instrumentors alone", 1.03, 1 / both["throughput"][0])
    noise = max(again["p99"][2], 1 / again["p99"][1])
    yield Bar("p99, to the instrumentors alone; at most the noise", noise, both["p99"][0])


def _memory(rows: dict[str, Any]) -> Iterator[Bar]:
    bare, none = rows["bare"], rows["none"]
    first, *_, last = none
    grown = (none[last] - bare[last]) - (none[first] - bare[first])
    yield Bar("memory over bare", 10, none[last] - bare[last], " MiB")
    yield Bar(f"its growth from {int(first):,} to {int(last):,} hand-offs", 1, grown, " MiB")


def _growth(rows: dict[str, Any]) -> Iterator[Bar]:
    for kind in rows.values():
        points = list(kind["points"].values())
        ratio = points[-1]["added_us"][0] / points[0]["added_us"][0]
        yield Bar(f"cost beside the most, to beside one: {kind['label']}", 1.25, ratio)
