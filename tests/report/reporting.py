"""What the tests of reports have in common: logs to report on, and the command itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from support import HANG, PROGRAMS, Record, environment

DEMO = PROGRAMS.parent.parent / "sitecustomize_example" / "app.py"

#: Broken programs, one of each family of findings.
FAMILIES = {
    "parent_lost": "executor_nested_submit",
    "parent_stale": "queue_worker_of_request",
    "parent_leaked": "asyncio_queue_worker_leaked",
    "parent_missing": "parent_dropped_by_full_queue",
    "late_child": "late_child_executor",
    "entry_without_carrier": "consumer_behind_filtering_bridge",
}


def write_log(path: Path, records: Iterable[Record]) -> Path:
    """Write *records* as a log, and return its path."""
    lines = (json.dumps(record) + "\n" for record in records)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def run_report(
    *args: object, stdin: str | None = None, cwd: Path | None = None, **changes: str | None
) -> subprocess.CompletedProcess[str]:
    """Run ``ctxwatch report`` with *args*; *changes* are those of the environment."""
    return subprocess.run(
        [sys.executable, "-m", "ctxwatch", "report", *map(str, args)],
        env=environment(**{"COLUMNS": "100", "PYTHONUTF8": "1"} | changes),
        cwd=cwd,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=HANG,
        check=False,
    )
