"""The control file switches the watch, and its level, while the program runs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import HANG, Record, environment, read_log

#: Obeys its input: hands work over, or collects until the agent is as it should be.
PROGRAM = """
import gc, os, sys, threading
from tracing import tracer
from ctxwatch import agent, patching
from ctxwatch.recorder import recorder

LOG = os.environ["CTXWATCH_LOG_FILE"]

def child():
    with tracer.start_as_current_span("child"):
        pass

def until(reached):
    while not reached():
        gc.collect()

for line in sys.stdin:
    command = line.strip()
    if command == "lose":
        with tracer.start_as_current_span("parent"):
            thread = threading.Thread(target=child)
            thread.start()
            thread.join()
    elif command == "wait for off":
        until(lambda: agent.reporter() is None and not patching.labels())
    elif command == "wait for on":
        until(lambda: "switched on" in open(LOG).read())
    elif command.startswith("wait for level"):
        until(lambda: agent.reporter().level == command.split()[-1])
    elif command == "wait for a record":
        until(lambda: os.path.exists(LOG) and os.path.getsize(LOG))
    print(command, flush=True)
"""


class Watched:
    """A program under ctxwatch that does what it is told, with a control file."""

    def __init__(self, directory: Path, **settings: str) -> None:
        self.control = directory / "control"
        self.log = directory / "log.jsonl"
        program = directory / "program.py"
        program.write_text(PROGRAM, "utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ctxwatch", "run", sys.executable, program],
            env=environment(
                CTXWATCH_CONTROL_FILE=str(self.control),
                CTXWATCH_LOG_FILE=str(self.log),
                CTXWATCH_LOG_FORMAT="json",
                CTXWATCH_INSTRUMENTORS="none",
                CTXWATCH_STRICT="1",
                PROGRAM_SPANS=str(directory / "spans.jsonl"),
                **settings,
            ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def do(self, command: str) -> None:
        """Have the program do *command*, and wait until it has."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == command + "\n", self.process.stderr

    def end(self) -> list[Record]:
        """Let the program end, and return its log."""
        _, errors = self.process.communicate(timeout=HANG)
        assert self.process.returncode == 0, errors
        return read_log(self.log)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    program = Watched(tmp_path)
    yield program
    program.process.kill()
    program.process.communicate()


def findings(records: list[Record]) -> int:
    return sum(record["kind"] == "finding" for record in records)


def test_off_takes_every_patch_out_and_on_puts_them_back(watched: Watched) -> None:
    watched.do("lose")
    watched.control.write_text("off\n", "utf-8")
    watched.do("wait for off")
    seen = read_log(watched.log)
    assert findings(seen) == 1
    assert seen[-1]["kind"] == "summary", "what was seen so far is summed up"
    watched.do("lose")
    assert read_log(watched.log) == seen
    watched.control.write_text("on\n", "utf-8")
    watched.do("wait for on")
    watched.do("lose")
    records = watched.end()
    assert findings(records) == 2
    assert [record["crossings"] for record in records if record["kind"] == "summary"] == [
        {"threading.Thread.start": {"lost": 1}},
        {"threading.Thread.start": {"lost": 1}},
    ]


def test_the_level_goes_up_and_down(watched: Watched) -> None:
    watched.control.write_text("debug", "utf-8")
    watched.do("wait for level debug")
    watched.do("lose")
    loud = [record["kind"] for record in read_log(watched.log)]
    assert "root" in loud, "the span 'parent', which only debug tells of"
    watched.control.write_text("warning", "utf-8")
    watched.do("wait for level warning")
    before = len(read_log(watched.log))
    watched.do("lose")
    assert len(read_log(watched.log)) == before, "the finding was written before, at its first time"
    watched.end()


def test_a_file_that_is_there_at_the_start_is_obeyed(tmp_path: Path) -> None:
    (tmp_path / "control").write_text("off", "utf-8")
    program = Watched(tmp_path)
    program.do("wait for off")
    program.do("lose")
    assert findings(program.end()) == 0


def test_a_word_that_means_nothing_is_named(watched: Watched) -> None:
    watched.control.write_text("of", "utf-8")
    watched.do("wait for a record")
    watched.do("lose")
    records = watched.end()
    assert records[0]["kind"] == "notice"
    assert records[0]["event"] == (
        f"{watched.control} says 'of', which is none of: on, off, debug, info, warning"
    )
    assert findings(records) == 1, "the watch goes on as it was"
