"""``ctxwatch report --follow`` shows findings while they are written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from reporting import write_log
from support import HANG, Record, environment

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")


def _hear_ctrl_c() -> None:
    """A shell starts what runs in the background deaf to it, and so would be what that starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def following(*paths: object) -> Iterator[subprocess.Popen[str]]:
    """Start the command; end it as Ctrl-C does."""
    with subprocess.Popen(
        [sys.executable, "-m", "ctxwatch", "report", "--follow", *map(str, paths)],
        env=environment(COLUMNS="100"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_hear_ctrl_c,  # noqa: PLW1509 - no threads here
    ) as process:
        try:
            yield process
            process.send_signal(signal.SIGINT)
            assert process.wait(HANG) == 130
            assert process.stderr is not None
            assert process.stderr.read() == ""
        finally:
            process.kill()


def next_headline(process: subprocess.Popen[str]) -> str:
    """Wait for the next finding."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("warning["):
            return line.partition(": ")[2].rstrip("\n")
    raise AssertionError(process.stderr and process.stderr.read())


def append(path: Path, *records: Record) -> None:
    fresh = path.with_suffix(".fresh")
    with path.open("ab") as log:
        log.write(write_log(fresh, records).read_bytes())


@pytest.fixture
def findings(demo_records: list[Record]) -> list[Record]:
    return [record for record in demo_records if record["kind"] == "finding"]


def test_findings_are_shown_as_they_come(findings: list[Record], tmp_path: Path) -> None:
    """Those that are there first, repeats not, a torn line only when its rest has come."""
    path = write_log(tmp_path / "log.jsonl", findings[:1])
    with following(path) as process:
        assert next_headline(process) == findings[0]["headline"]
        append(path, {**findings[0], "count": 7}, findings[1])
        assert next_headline(process) == findings[1]["headline"]
        line = write_log(tmp_path / "line", [findings[2]]).read_bytes()
        with path.open("ab", buffering=0) as log:
            log.write(line[:50])
            append(write_log(tmp_path / "other.jsonl", []), findings[3])
            log.write(line[50:])
        assert next_headline(process) == findings[2]["headline"]


def test_a_new_file_in_the_directory_is_read(findings: list[Record], tmp_path: Path) -> None:
    """As the log of a process that was started later."""
    write_log(tmp_path / "a.jsonl", findings[:1])
    with following(tmp_path) as process:
        assert next_headline(process) == findings[0]["headline"]
        write_log(tmp_path / "b.log", findings[1:2])
        assert next_headline(process) == findings[1]["headline"]


def test_a_file_that_is_cut_or_replaced_is_read_anew(
    findings: list[Record], tmp_path: Path
) -> None:
    """As rotation does."""
    path = write_log(tmp_path / "log.jsonl", findings[:2])
    with following(path) as process:
        assert next_headline(process) == findings[0]["headline"]
        assert next_headline(process) == findings[1]["headline"]
        path.replace(tmp_path / "log.jsonl.1")
        write_log(path, findings[2:3])
        assert next_headline(process) == findings[2]["headline"]


def test_standard_input_is_followed_to_its_end(findings: list[Record], tmp_path: Path) -> None:
    """Each finding is shown before the next one is written."""
    with subprocess.Popen(
        [sys.executable, "-m", "ctxwatch", "report", "--follow", "-"],
        env=environment(COLUMNS="100"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        for record in findings[:3]:
            process.stdin.write(write_log(tmp_path / "line", [record]).read_text("utf-8"))
            process.stdin.flush()
            assert next_headline(process) == record["headline"]
        process.stdin.close()
        assert process.wait(HANG) == 0
