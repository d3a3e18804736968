"""What a pool's worker process has seen goes home with its results.

A worker that was forked inside a request runs the work of all others under that
request's span. Whether it has served one or many is known only in the end, and a pool
may kill it at any moment. So the process that made the pool decides: it is sent the
spans with the next result.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ctxwatch import inheritance
from ctxwatch.boundaries import packing

if TYPE_CHECKING:
    from ctxwatch.model import Crossing

#: Workers that are remembered; the oldest are forgotten.
_MOST_WORKERS = 1_000

#: By their process: what started them.
_workers: dict[int, Crossing] = {}


def pack() -> tuple[Any, ...] | None:
    """What the running worker has to tell, as a tuple of plain values; None for nothing."""
    worker, roots = inheritance.take_evidence()
    if worker is None or not roots:
        return None
    return os.getpid(), packing.pack(worker), tuple(map(packing.pack_root, roots))


def arrive(evidence: tuple[Any, ...]) -> None:
    """Take in what a worker has packed."""
    pid, start, roots = evidence
    number = start[0][0]
    worker = _workers.get(pid)
    if worker is None or worker.number != number:
        if len(_workers) >= _MOST_WORKERS:
            del _workers[next(iter(_workers))]
        worker = _workers[pid] = packing.unpack(start)
    for root in roots:
        inheritance.found_foreign(worker, packing.unpack_root(root))
