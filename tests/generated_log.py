"""Logs of any length: what a real program wrote, again and again, as if by many processes.

The records are those of real runs; only what tells processes and requests apart is changed.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO

from support import Record

_START = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


def write(
    file: IO[str], sample: list[Record], *, records: int, processes: int, findings: int = 0
) -> None:
    """Write *records* records of *processes* processes, in the order in which they may mix.

    *sample* is the log of one run. Its snapshots are repeated until there are
    enough; every process writes each finding and one summary. With *findings*,
    the findings are varied until there are that many different ones.
    """
    lines = _records(sample, records, processes, findings)
    for number, record in enumerate(lines):
        moment = _START + timedelta(milliseconds=number)
        record["timestamp"] = moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
        file.write(json.dumps(record) + "\n")


def _records(sample: list[Record], records: int, processes: int, findings: int) -> Iterator[Record]:
    kinds = {kind: [r for r in sample if r["kind"] == kind] for kind in ("finding", "summary")}
    found = list(_varied(kinds["finding"], findings)) if findings else kinds["finding"]
    snapshots = [record for record in sample if record["kind"] == "snapshot"]
    (summary,) = kinds["summary"]
    pids = range(1000, 1000 + processes)
    for pid in pids:
        yield from ({**record, "pid": pid} for record in found)
    fill = records - processes * (len(found) + 1)
    ring = itertools.cycle(itertools.product(pids, snapshots))
    rounds = len(snapshots) * processes
    for number, (pid, record) in enumerate(itertools.islice(ring, fill)):
        crossing = record["crossing"].partition("-")[2]
        made = f"{pid:x}-{int(crossing, 16) + number // rounds * 1000:x}"
        yield {**record, "pid": pid, "crossing": made}
    tallies = [{"fingerprint": r["fingerprint"], "count": 3} for r in found]
    told = {entry["fingerprint"]: entry for entry in summary["findings"]}
    default = summary["findings"][0]
    entries = [{**told.get(tally["fingerprint"], default), **tally} for tally in tallies]
    for pid in pids:
        yield {**summary, "pid": pid, "findings": entries}


def _varied(found: list[Record], count: int) -> Iterator[Record]:
    for number, record in enumerate(itertools.islice(itertools.cycle(found), count)):
        line = number // len(found) + 1
        yield {
            **record,
            "code.line.number": line,
            "span_name": f"{record['span_name']} {number}",
            "fingerprint": f"{number:016x}",
        }
