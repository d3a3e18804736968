"""A reader that leaves early, as head does, is no error for any command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import HANG, PROGRAMS, environment, run_program


@pytest.fixture(scope="session")
def log(tmp_path_factory) -> Path:
    """The log of a program that loses its context at one submit."""
    log = tmp_path_factory.mktemp("logs") / "submit.log"
    run_program(PROGRAMS / "broken" / "executor_submit.py", env={"CTXWATCH_LOG_FILE": str(log)})
    return log


def unread(*words: object, both: bool = False, **changes: str) -> tuple[int, str]:
    """Run ``ctxwatch`` with an output that nobody reads; return its exit code and its complaints.

    With *both*, its complaints go the same way.
    """
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ctxwatch", *map(str, words)],
            env=environment(**changes),
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=writer if both else subprocess.PIPE,
            text=True,
            timeout=HANG,
            check=False,
        )
    finally:
        os.close(writer)
    return done.returncode, done.stderr or ""


@pytest.mark.parametrize(
    "words", [["explain"], ["explain", "CTX101"], ["info", "--json"], ["--help"], ["report", "-h"]]
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_what_only_shows_succeeds(words, unbuffered):
    assert unread(*words, PYTHONUNBUFFERED=unbuffered) == (0, "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("form", ["terminal", "json", "html"])
def test_report_succeeds(log, form, unbuffered):
    assert unread("report", log, "--format", form, PYTHONUNBUFFERED=unbuffered) == (0, "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("form", ["terminal", "sarif"])
def test_check_fails_as_if_it_were_read(log, form, unbuffered):
    """With ``set -o pipefail``, a gate must not open because nobody looks."""
    code, said = unread("check", log, "--format", form, PYTHONUNBUFFERED=unbuffered)
    assert (code, said) == (1, "ctxwatch: findings: 1 new\n")
    code, _ = unread("check", log, "--format", form, both=True, PYTHONUNBUFFERED=unbuffered)
    assert code == 1


def test_errors_keep_their_exit_code():
    assert unread("explain", "CTX999", both=True) == (2, "")


def test_fix_edits_every_file(tmp_path):
    """The edits are what it was asked for; the diff is only shown."""
    broken = (PROGRAMS / "broken" / "executor_submit.py").read_text("utf-8")
    log = tmp_path / "log"
    programs = [tmp_path / "one.py", tmp_path / "two.py"]
    for program in programs:
        program.write_text(broken, encoding="utf-8")
        run_program(program, env={"CTXWATCH_LOG_FILE": str(log)})
    code, said = unread("fix", "--apply", log, PYTHONUNBUFFERED="1")
    assert (code, said) == (0, "ctxwatch: findings: 2 mended, 0 by hand\n")
    assert all("copy_context" in program.read_text("utf-8") for program in programs)
