"""What level debug writes: all of it, in order, by a thread that is there only where it may be."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from support import HANG, Result, environment, run_program

from ctxwatch.model import FixedPlace, Place, Site, Spot
from ctxwatch.reporter import records
from ctxwatch.reporter.snapshots import SnapshotLines

MANY = 500
SETUP = f"""\
import asyncio, os, signal, sys, threading
from tracing import tracer

async def step():
    pass

async def hand_over(count={MANY}):
    with tracer.start_as_current_span("request"):
        for _ in range(count):
            await asyncio.create_task(step())
"""

posix = pytest.mark.skipif(os.name != "posix", reason="signals, pipes and forks of POSIX")
linux = pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")


def pairs(result: Result) -> Counter[int]:
    """Count the created tasks by process, after a check that each has both its sides."""
    sides: dict[tuple[int, str], list[str]] = {}
    for record in result.snapshots:
        if record["boundary"] == "asyncio.create_task":
            key = record["pid"], record["crossing"]
            sides.setdefault(key, []).append(record["side"])
    assert all(both == ["origin", "arrival"] for both in sides.values()), str(result)
    return Counter(pid for pid, _ in sides)


# --- nothing is lost, at whatever end


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("", 0),
        ("sys.exit(3)", 3),
        ("raise LookupError", 1),
        ("import ctxwatch; ctxwatch.uninstall(); os._exit(0)", 0),
    ],
    ids=["returns", "sys.exit", "exception", "uninstalled"],
)
def test_no_record_is_missing(end: str, code: int) -> None:
    """The last act before the end is to hand over."""
    result = run_program(
        f"{SETUP}\nasyncio.run(hand_over())\n{end}\n", level="debug", returncode=code
    )
    assert list(pairs(result).values()) == [MANY]


@posix
def test_no_record_is_missing_when_uvicorn_ends_by_its_signal() -> None:
    """uvicorn raises SIGTERM again, so that no atexit function runs."""
    result = run_program(
        f"""{SETUP}
import uvicorn

async def app(scope, receive, send):
    await receive()
    await send({{"type": "lifespan.startup.complete"}})
    os.kill(os.getpid(), signal.SIGTERM)
    await receive()
    await hand_over()
    await send({{"type": "lifespan.shutdown.complete"}})

uvicorn.run(app, port=0, log_config=None)
""",
        level="debug",
        returncode=-signal.SIGTERM,
    )
    assert list(pairs(result).values()) == [MANY]
    assert result.of_kind("summary") == []


def test_no_record_is_missing_of_a_child_that_is_terminated() -> None:
    """multiprocessing's pools end their workers like that, in the midst of whatever they do."""
    result = run_program(
        f"""{SETUP}
import multiprocessing

def work(connection):
    asyncio.run(hand_over())
    connection.send("handed over")
    connection.recv()

if __name__ == "__main__":
    for method in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context(method)
        ours, theirs = context.Pipe()
        child = context.Process(target=work, args=(theirs,))
        child.start()
        ours.recv()
        child.terminate()
        child.join()
        print(method)
""",
        level="debug",
    )
    assert list(pairs(result).values()) == [MANY] * len(result.stdout.split())


@posix
def test_a_fork_writes_nothing_twice_and_leaves_nothing_out() -> None:
    """Both sides of a fork in the midst of the hand-offs have their own, and only theirs."""
    result = run_program(
        f"""{SETUP}
async def main():
    for _ in range(5):
        await hand_over(100)
        if os.fork() == 0:
            asyncio.run(hand_over(100))
            os._exit(0)
        os.wait()

asyncio.run(main())
""",
        level="debug",
    )
    assert sorted(pairs(result).values()) == [100] * 5 + [500]


# --- order


def test_records_come_in_order() -> None:
    """A finding stands between what was handed over before and after it; the summary is last."""
    result = run_program(
        f"""{SETUP}
def lose():
    with tracer.start_as_current_span("lost"):
        pass

async def main():
    await hand_over()
    with tracer.start_as_current_span("request"):
        thread = threading.Thread(target=lose)
        thread.start()
        thread.join()
    await hand_over()

asyncio.run(main())
""",
        level="debug",
    )
    own = [r["timestamp"] for r in result.snapshots if r["boundary"] == "asyncio.create_task"]
    assert own == sorted(own)
    kinds = [record["kind"] for record in result.records]
    place = kinds.index("finding")
    assert kinds[-1] == "summary"
    before = [r["boundary"] for r in result.records[:place] if r["kind"] == "snapshot"]
    after = [r["boundary"] for r in result.records[place:] if r["kind"] == "snapshot"]
    assert before.count("asyncio.create_task") == 2 * MANY
    assert after.count("asyncio.create_task") == 2 * MANY


# --- the thread

THREADS = "print(threading.active_count(), len(os.listdir('/proc/self/task')))"


@linux
def test_a_program_with_one_thread_keeps_having_one() -> None:
    """It runs no loop: it writes by itself."""
    result = run_program(
        f"""{SETUP}
import ctxwatch

with tracer.start_as_current_span("request"):
    for number in range(100):
        ctxwatch.snapshot(str(number))
{THREADS}
""",
        level="debug",
    )
    assert result.stdout == "1 1\n"
    assert [record["label"] for record in result.snapshots] == [str(n) for n in range(100)]


@linux
def test_the_thread_is_none_of_the_programs_and_ends_when_it_is_idle() -> None:
    """A loop is running, so there is one; `threading` does not know it."""
    result = run_program(
        f"""{SETUP}
async def main():
    await hand_over()
    {THREADS}
    while len(os.listdir("/proc/self/task")) > 1:
        await asyncio.sleep(0.01)
    {THREADS}
    await hand_over()

asyncio.run(main())
""",
        level="debug",
    )
    assert result.stdout == "1 2\n1 1\n"
    assert list(pairs(result).values()) == [2 * MANY]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
@pytest.mark.parametrize("thread", [False, True], ids=["no thread", "a thread of its own"])
def test_a_fork_of_a_program_with_one_thread_is_not_warned_of(thread: bool) -> None:  # noqa: FBT001
    """Python warns of forks with threads from 3.12 on: of the program's own as ever."""
    result = run_program(
        f"""{SETUP}
import warnings

async def main():
    told = 0
    for _ in range(20):
        await hand_over(20)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            if os.fork() == 0:
                os._exit(0)
        os.wait()
        told += len(caught)
    print(told)

done = threading.Event()
if {thread}:
    threading.Thread(target=done.wait).start()
asyncio.run(main())
done.set()
""",
        level="debug",
    )
    warns = thread and sys.version_info >= (3, 12)
    assert result.stdout == ("20\n" if warns else "0\n")


# --- the bound


@posix
def test_a_full_pipe_blocks_nobody_and_what_is_dropped_is_counted(tmp_path: Path) -> None:
    """Nobody reads stderr until the program has handed over everything."""
    program = tmp_path / "program.py"
    program.write_text(
        f"""{SETUP}
async def main():
    await hand_over(20_000)
    print("handed over", flush=True)
    sys.stdin.readline()

asyncio.run(main())
""",
        encoding="utf-8",
    )
    with subprocess.Popen(
        [sys.executable, "-m", "ctxwatch", "run", "--debug", str(program)],
        env=environment(CTXWATCH_INSTRUMENTORS="none", CTXWATCH_STRICT="1"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "handed over\n"
        lines = []
        for line in process.stderr:
            lines.append(json.loads(line))
            if lines[-1]["kind"] == "notice":  # which comes when the queue is empty again
                break
        process.stdin.write("\n")
        process.stdin.close()
        lines.extend(json.loads(line) for line in process.stderr)
        assert process.wait(HANG) == 0
    kinds = Counter(record["kind"] for record in lines)
    assert kinds["notice"] == kinds["summary"] == 1
    (notice,) = [record for record in lines if record["kind"] == "notice"]
    summary = lines[-1]
    assert summary["dropped"] > 0
    assert notice["event"].startswith(f"{summary['dropped']} records were dropped")
    crossings = sum(sum(counts.values()) for counts in summary["crossings"].values())
    told = kinds["snapshot"] + kinds["root"] + summary["dropped"]
    assert told == 2 * crossings + summary["roots"]


# --- the lines


def spot(context: object, name: str | None, task: str | None) -> Spot:
    """A moment in 2001, of a span with *context*."""
    return Spot(context, None, None, 1_000_000_000_123_456_789, 7, 140_000, name, task)  # type: ignore[arg-type]


class Context:
    """The ids of a span."""

    def __init__(self, trace_id: int, span_id: int) -> None:
        self.trace_id = trace_id
        self.span_id = span_id


def here() -> Place:
    """A line of code."""
    return Place(here.__code__, 0)


SITES = [
    Site(here(), None, None),
    Site(here(), Place(spot.__code__, 0), None),
    Site(FixedPlace('C:\\orders "new"\\100%.py', 3, "café"), None, None),
]


@pytest.mark.parametrize("site", SITES, ids=["line", "library", "another process"])
def test_a_snapshots_line_is_its_record(site: Site) -> None:
    """The same fields in the same order, however often it is rendered."""
    lines = SnapshotLines()
    snapshots = [
        (side, name, spot(context, thread, task), site, "debug", verdict, 7, 0xAB)
        for context in (Context(1, 2), None, Context(2**127, 2**63))
        for thread, task in (("MainThread", None), (None, 'Task "1" %s é'))
        for side, name, verdict in (
            ("origin", "queue.put", None),
            ("arrival", "queue.put", "kept"),
            ("manual", '50% "off" é', None),
        )
    ]
    for snapshot in (*snapshots, *snapshots):
        expected = records.snapshot(*snapshot)  # type: ignore[arg-type]
        assert list(json.loads(lines.line(*snapshot)).items()) == list(expected.items())  # type: ignore[arg-type]
