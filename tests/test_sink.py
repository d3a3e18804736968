"""Where records end up when many write at once, and when descriptors are taken away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from support import HANG, environment, read_log, run_program

from ctxwatch.startup import BOOTSTRAP

posix = pytest.mark.skipif(os.name != "posix", reason="descriptors and shells of POSIX")

SETUP = """\
import os, sys
from concurrent.futures import ThreadPoolExecutor
from tracing import tracer

def work():
    with tracer.start_as_current_span("charge card"):
        pass

def lose():
    with tracer.start_as_current_span("POST /orders"), ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()
"""

LONG = 20_000
MANY = """
import contextvars, json, multiprocessing, os
from concurrent.futures import ThreadPoolExecutor
import ctxwatch
from tracing import tracer

def child(all_here, letter):
    with ThreadPoolExecutor(1) as pool, tracer.start_as_current_span("POST /orders"):
        pool.submit(all_here.wait).result()
        for number in range(150):
            pool.submit(contextvars.copy_context().run, len, "").result()
            if number % 10 == 0:
                ctxwatch.snapshot(letter * 20_000)

if __name__ == "__main__":
    methods = [m for m in ("fork", "spawn") if m in multiprocessing.get_all_start_methods()]
    all_here = multiprocessing.get_context("spawn").Barrier(3 * len(methods))
    letters = iter("ABCDEF")
    children = {}
    for method in methods:
        for _ in range(3):
            letter = next(letters)
            process = multiprocessing.get_context(method).Process(
                target=child, args=(all_here, letter), daemon=True
            )
            process.start()
            children[letter] = process
    for process in children.values():
        process.join()
        assert process.exitcode == 0, process
    print(json.dumps({letter: process.pid for letter, process in children.items()}))
"""


def test_many_processes_append_to_one_file() -> None:
    """No line is torn (`read_log` parses each), none is missing, and none is anybody else's."""
    result = run_program(MANY, level="debug")
    pids = json.loads(result.stdout)
    assert len(pids) >= 3
    for letter, pid in pids.items():
        own = [record for record in result.snapshots if record["pid"] == pid]
        kept = [record for record in own if record["code.line.number"] == kept_line()]
        pairs = Counter(record["crossing"] for record in kept)
        assert list(pairs.values()) == [2] * 150, letter
        by_hand = [record["label"] for record in own if record["side"] == "manual"]
        assert by_hand == [letter * LONG] * 15
        (summary,) = [part for part in result.of_kind("summary") if part["pid"] == pid]
        assert summary["crossings"]["ThreadPoolExecutor.submit"] == {"kept": 150, "lost": 1}
        assert summary["dropped"] == 0


def kept_line() -> int:
    """Return the line of MANY that hands over with a copy of the context."""
    lines = MANY.splitlines()
    (number,) = [number for number, line in enumerate(lines, 1) if "copy_context().run" in line]
    return number


FORKSERVER = (
    SETUP
    + """
def child(): lose()

if __name__ == "__main__":
    import json, multiprocessing
    lose()
    from multiprocessing import forkserver, resource_tracker
    context = multiprocessing.get_context("forkserver")
    lock = context.Lock()  # which the resource tracker looks after
    process = context.Process(target=child)
    process.start()
    process.join()
    print(json.dumps({
        "main": os.getpid(),
        "child": process.pid,
        "forkserver": forkserver._forkserver._forkserver_pid,
        "tracker": resource_tracker._resource_tracker._pid,
    }))
"""
)


@posix
def test_helper_processes_are_silent() -> None:
    """Of four processes, the two that run the program's work write.

    Each has one summary in the log, and people see the main process's. Both sides of the
    hand-off to the child are written once.
    """
    result = run_program(FORKSERVER, level="debug")
    pids = json.loads(result.stdout)
    assert None not in pids.values()
    assert {record["pid"] for record in result.records} == {pids["main"], pids["child"]}
    summaries = [record["pid"] for record in result.of_kind("summary")]
    assert sorted(summaries) == sorted([pids["main"], pids["child"]])
    assert result.stderr.count("ctxwatch:") == 1, str(result)
    sides = [
        (record["pid"], record["side"])
        for record in result.snapshots
        if record["boundary"] == "multiprocessing.Process.start"
    ]
    assert sides == [(pids["main"], "origin"), (pids["child"], "arrival")], str(result)


@posix
@pytest.mark.parametrize("elsewhere", ["", "os.chdir('/')"], ids=["", "in another directory"])
def test_a_program_that_closes_all_descriptors(tmp_path: Path, elsewhere: str) -> None:
    """Its own files, which get the same numbers, stay clean; records still reach the log."""
    result = run_with_log(
        tmp_path,
        SETUP
        + f"""
lose()  # while the log is open
os.closerange(3, 256)
{elsewhere}
own = [os.open(f"{tmp_path}/own{{number}}", os.O_CREAT | os.O_RDWR) for number in range(20)]
lose()
print([os.fstat(descriptor).st_size for descriptor in own])
os.closerange(3, 256)
""",
        CTXWATCH_LOG_FILE="log.jsonl",
    )
    assert result.stdout == f"{[0] * 20}\n", result.stderr
    assert all((tmp_path / f"own{number}").stat().st_size == 0 for number in range(20))
    kinds = Counter(record["kind"] for record in read_log(tmp_path / "log.jsonl"))
    assert kinds == {"snapshot": 4, "finding": 1, "summary": 1}


def run_with_log(
    directory: Path, code: str, *, redirection: str = "", via: str = "run", **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run *code* in *directory* under the watch, with the settings and a shell's redirection."""
    (directory / "program.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "program.py"]
    if via == "run":
        command[1:1] = ["-m", "ctxwatch", "run"]
    else:
        settings |= {"CTXWATCH": "1", "PYTHONPATH": bootstrap_path()}
    if redirection:
        command = ["sh", "-c", f'exec "$@" {redirection}', "sh", *command]
    done = subprocess.run(
        command,
        env=environment(CTXWATCH_INSTRUMENTORS="none", CTXWATCH_STRICT="1", **settings),
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
    )
    assert done.returncode == 0, done
    return done


def bootstrap_path() -> str:
    """Return a PYTHONPATH that starts the agent, for a Python process that nobody launches."""
    return os.pathsep.join([BOOTSTRAP, environment()["PYTHONPATH"]])


@pytest.mark.parametrize("path", ["missing/log.jsonl", "."])
def test_a_log_file_that_cannot_be_written(tmp_path: Path, path: str) -> None:
    """The program is unharmed; stderr has the records, and before them why."""
    done = run_with_log(tmp_path, SETUP + "lose()\nprint('done')", CTXWATCH_LOG_FILE=path)
    assert done.stdout == "done\n"
    (tmp_path / "stderr").write_text(done.stderr, encoding="utf-8")
    records = read_log(tmp_path / "stderr")
    kinds = [record["kind"] for record in records]
    assert kinds == ["notice", "snapshot", "snapshot", "finding", "summary"]
    assert records[0]["level"] == "warning"
    assert records[0]["event"].startswith(f"CTXWATCH_LOG_FILE={path!r} cannot be written")
    assert "stderr" in records[0]["event"]


@posix
@pytest.mark.parametrize("via", ["run", "switch"])
@pytest.mark.parametrize("log_file", ["", "log.jsonl"], ids=["no log file", "log file"])
def test_a_program_without_stderr(tmp_path: Path, log_file: str, via: str) -> None:
    """Descriptor 2 is then the program's to give away: nothing of ours appears there."""
    done = run_with_log(
        tmp_path,
        SETUP
        + """
own = [os.open(name, os.O_CREAT | os.O_RDWR) for name in ("own", "other")]
lose()
print(own[0], [os.fstat(descriptor).st_size for descriptor in own], sys.stderr)
""",
        redirection="2>&-",
        via=via,
        CTXWATCH_LOG_FILE=log_file,
    )
    first = 3 if log_file else 2  # the lowest free number; the log file may be there before
    assert done.stdout == f"{first} [0, 0] None\n"
    if log_file:
        kinds = Counter(record["kind"] for record in read_log(tmp_path / log_file))
        assert kinds == {"snapshot": 2, "finding": 1, "summary": 1}
