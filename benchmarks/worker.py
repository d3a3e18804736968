"""The process of one variant: runs a round of a workload when it is told to, and times it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import peer
import usage
import variants


def write_out() -> None:
    """Have all records written that wait for it: they belong to the round that they are from."""
    agent: Any = sys.modules.get("ctxwatch.agent")
    reporter = None if agent is None else agent.reporter()
    if reporter is not None:
        reporter._writer.flush()


def main() -> None:
    """Set the variant up, and answer."""
    name, place = sys.argv[1:]
    directory = Path(place)
    if hasattr(os, "sched_setaffinity"):
        # Where its threads happen to wake up, on one core or two, doubles what a hand-off costs,
        # and stays as it is for as long as the process does.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    variants.set_up(variants.VARIANTS[name], directory)
    import held
    import workloads

    workloads.by_hand = variants.VARIANTS[name].by_hand
    log = directory / variants.LOG

    def cpu(workload: str, n: int) -> int:
        """The nanoseconds of CPU that a round takes."""
        start = usage.cpu()
        workloads.run(workloads.WORKLOADS[workload], n)
        write_out()
        taken = usage.cpu() - start
        if log.exists():
            os.truncate(log, 0)  # a long run at debug would fill the disk
        return taken

    def resident() -> int:
        return usage.resident()

    def verdicts(workload: str) -> dict[str, int]:
        """How often which verdict came, in one round of ctxwatch's."""
        from ctxwatch.recorder import recorder

        before = recorder.crossings
        workloads.run(workloads.WORKLOADS[workload], 100)
        counts: dict[str, int] = {}
        for key, count in recorder.crossings.items():
            _, verdict = key
            counts[verdict] = counts.get(verdict, 0) + count - before.get(key, 0)
        return {verdict: count for verdict, count in counts.items() if count}

    doing: dict[str, Any] = {
        "cpu": cpu,
        "resident": resident,
        "verdicts": verdicts,
        "hold": held.hold,
        "cpu_beside": held.cpu_beside,
    }
    peer.serve(lambda do, **rest: doing[do](**rest))
    os._exit(0)  # what is held would have to end first


if __name__ == "__main__":
    main()
