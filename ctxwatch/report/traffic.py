"""The hand-offs between units, added up and in samples, from the snapshots of the logs.

Nothing here grows with the length of a log: what is waited for, told apart or
kept as a sample is limited, and what is left out is counted.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ctxwatch.report.records import Snapshot

#: Origins that wait for their arrivals. Work that waits longer is not paired.
MOST_WAITING = 100_000

#: Edges of the map that are told apart.
MOST_EDGES = 400

#: Processes whose hand-offs are kept for the timeline, and how many of each.
MOST_PROCESSES = 50
MOST_OF_A_PROCESS = 200

_QUIET = frozenset({"kept", "rescued", "empty", "detached"})


class Edge(NamedTuple):
    """Hand-offs of one boundary between two sorts of units, with one verdict."""

    origin: str
    arrival: str
    boundary: str
    verdict: str


class Passage(NamedTuple):
    """One hand-off: when and in which unit it began and arrived, and the line that handed it over.

    The times are those of the log.
    """

    left: str
    origin: str
    arrived: str
    arrival: str
    boundary: str
    verdict: str
    file: str
    line: int


class Traffic:
    """Takes snapshots, pairs their sides, and keeps what a picture needs.

    Attributes:
        edges: How many hand-offs there were of each kind, up to `MOST_EDGES` kinds.
        passages: The first hand-offs of each process by its pid, those that lost
            something before those that did not.
        left_out: Hand-offs that are not in `edges`.
    """

    def __init__(self) -> None:
        self.edges: dict[Edge, int] = {}
        self.passages: dict[int, list[Passage]] = {}
        self.left_out = 0
        self._waiting: dict[str, Snapshot] = {}

    def add(self, snapshot: Snapshot) -> None:
        """Take one side of a hand-off."""
        crossing = snapshot.crossing
        if crossing is None:
            return
        if snapshot.side == "origin":
            if len(self._waiting) >= MOST_WAITING:
                del self._waiting[next(iter(self._waiting))]
            self._waiting[crossing] = snapshot
            return
        origin = self._waiting.pop(crossing, None)
        if origin is None or snapshot.boundary is None or snapshot.verdict is None:
            self.left_out += 1
            return
        elsewhere = " (other process)" if snapshot.pid != origin.pid else ""
        arrival = _sort(unit(snapshot)) + elsewhere
        edge = Edge(_sort(unit(origin)), arrival, snapshot.boundary, snapshot.verdict)
        if edge in self.edges or len(self.edges) < MOST_EDGES:
            self.edges[edge] = self.edges.get(edge, 0) + 1
        else:
            self.left_out += 1
        self._keep(origin, snapshot, snapshot.boundary, snapshot.verdict)

    def _keep(self, origin: Snapshot, arrival: Snapshot, boundary: str, verdict: str) -> None:
        kept = self.passages.get(origin.pid)
        if kept is None:
            if len(self.passages) >= MOST_PROCESSES:
                return
            kept = self.passages[origin.pid] = []
        full = len(kept) >= MOST_OF_A_PROCESS
        if full and verdict in _QUIET:
            return
        elsewhere = f" of {arrival.pid}" if arrival.pid != origin.pid else ""
        passage = Passage(
            origin.timestamp,
            unit(origin),
            arrival.timestamp,
            unit(arrival) + elsewhere,
            boundary,
            verdict,
            origin.file,
            origin.line,
        )
        if not full:
            kept.append(passage)
            return
        for index in range(len(kept) - 1, -1, -1):
            if kept[index].verdict in _QUIET:
                kept[index] = passage
                return


def unit(snapshot: Snapshot) -> str:
    """The task, or else the thread, that *snapshot* was taken in."""
    if snapshot.task is not None:
        return f"task {snapshot.task}"
    return f"thread {snapshot.thread_name or snapshot.thread_id}"


@functools.lru_cache(maxsize=4096)
def _sort(name: str) -> str:
    """The name that units of one sort have in common: numbers tell them apart."""
    return re.sub(r"\d+", "*", name)
