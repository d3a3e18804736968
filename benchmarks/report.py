"""How long ``ctxwatch report`` takes over a long log, and how much memory.

    python benchmarks/report.py [RECORDS] [PROCESSES]

Makes a log out of a real run of the demo (1,000,000 records of 100 processes by
default), reports on it in every format, and prints seconds and MiB for each.
Needs ``ctxwatch[report]``, and Linux or macOS.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import generated_log  # noqa: E402

DEMO = ROOT / "sitecustomize_example" / "app.py"
FORMATS = ("terminal", "json", "markdown", "html", "sarif", "junit")


def real_run(directory: Path) -> list[generated_log.Record]:
    """Return what the demo's main process logs at level debug."""
    log = directory / "demo.jsonl"
    settings = {
        "CTXWATCH_INSTRUMENTORS": "none",
        "CTXWATCH_LOG_FILE": str(log),
        "CTXWATCH_LOG_LEVEL": "debug",
    }
    subprocess.run(
        [sys.executable, "-m", "ctxwatch", "run", str(DEMO)],
        env=os.environ | settings,
        capture_output=True,
        check=True,
    )
    records = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    summaries = [record for record in records if record["kind"] == "summary"]
    main = max(summaries, key=lambda summary: len(summary["findings"]))["pid"]
    return [record for record in records if record["pid"] == main]


def measure(log: Path, form: str) -> tuple[float, float]:
    """Report on *log*; return the seconds and the MiB that it took."""
    command = [sys.executable, "-m", "ctxwatch", "report", str(log), "--format", form]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(process.returncode)
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return seconds, kilobytes / 1024


def main() -> None:
    """Read the command line, measure, print."""
    numbers = [int(word) for word in sys.argv[1:]]
    records, processes = (*numbers, *(1_000_000, 100)[len(numbers) :])
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        log = directory / "long.jsonl"
        with log.open("w", encoding="utf-8") as file:
            generated_log.write(file, real_run(directory), records=records, processes=processes)
        print(f"{records} records of {processes} processes, {log.stat().st_size / 2**20:.0f} MiB")
        for form in FORMATS:
            seconds, mebibytes = measure(log, form)
            print(f"{form:10} {seconds:6.1f} s {mebibytes:6.0f} MiB", flush=True)


if __name__ == "__main__":
    main()
