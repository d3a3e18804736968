"""The whole way: a program is run, reported on, mended and checked, by the commands alone."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest
from support import environment

APPLICATIONS = Path(__file__).parent / "applications"
DEMO = Path(__file__).parent.parent.parent / "sitecustomize_example" / "app.py"

#: What each application loses, by boundary.
LOST = {
    "crawler": {"asyncio.Queue.put", "loop.run_in_executor", "ThreadPoolExecutor.map"},
    "orders": {"ThreadPoolExecutor.submit", "loop.run_in_executor", "threading.Thread.start"},
    "photos": {"queue.Queue.put", "threading.Timer"},
}

#: The parents that the lost spans have once nothing is lost, as the application prints them.
MENDED = {
    "crawler": {
        "count words": {"crawl /", "crawl /about"},
        "find links": {"crawl /", "crawl /about"},
        "store": {"crawl /", "crawl /about"},
    },
    "orders": {
        "ask the carrier": {"GET /orders"},
        "charge the card": {"POST /orders"},
        "send the receipt": {"POST /orders"},
    },
    "photos": {"expire the upload": {"PUT photo"}, "make a thumbnail": {"PUT photo"}},
}


class Project:
    """A directory with a copy of one program, in which commands are run."""

    def __init__(self, directory: Path, program: Path, ctxwatch) -> None:
        self._directory = directory
        self._program = shutil.copy(program, directory)
        self._ctxwatch = ctxwatch

    def call(self, *words: str, exit_code: int = 0) -> tuple[str, str]:
        """Run a command; return what it wrote to stdout and to stderr."""
        done = self._ctxwatch(*words, cwd=self._directory, PYTHONPATH=environment()["PYTHONPATH"])
        assert done.returncode == exit_code, f"{words}\n{done.stdout}\n{done.stderr}"
        return done.stdout, done.stderr

    def run(self, log: str) -> str:
        """Run the program into a log; return what it printed."""
        options = ("--instrumentors", "none", "--log-file", log)
        return self.call("run", *options, sys.executable, str(self._program))[0]

    def report(self, log: str) -> Counter[str]:
        """Return how many findings the log has, by boundary."""
        told, _ = self.call("report", log, "--format", "json")
        return Counter(found["boundary"] for found in json.loads(told)["findings"])


@pytest.mark.parametrize("name", LOST)
def test_an_application_becomes_green(ctxwatch, tmp_path, name):
    """By the edits alone; what it does stays the same."""
    project = Project(tmp_path, APPLICATIONS / f"{name}.py", ctxwatch)
    before = project.run("before.log")
    assert set(project.report("before.log")) == LOST[name]
    project.call("check", "before.log", exit_code=1)

    diff, said = project.call("fix", "--apply", "before.log")
    assert f"+++ b/{name}.py" in diff
    assert said.endswith(" mended, 0 by hand\n")

    after = project.run("after.log")
    for span, parents in MENDED[name].items():
        told = {line for line in after.splitlines() if line.startswith(f"{span} <- ")}
        assert told == {f"{span} <- {parent}" for parent in parents}
    assert work(after) == work(before)
    assert project.report("after.log") == Counter()
    assert project.call("check", "after.log") == ("", "ctxwatch: findings: none\n")


def work(printed: str) -> list[str]:
    """Return what an application printed beside the tree of its spans."""
    return sorted(line for line in printed.splitlines() if " <- " not in line)


def test_the_demo_becomes_green_but_for_what_is_known(ctxwatch, tmp_path):
    """Five of its seven hand-offs are edited; two need people, and wait in a baseline."""
    project = Project(tmp_path, DEMO, ctxwatch)
    project.run("before.log")
    assert sum(project.report("before.log").values()) == 7
    _, said = project.call("fix", "--apply", "before.log", exit_code=1)
    assert said.endswith("5 mended, 2 by hand\n")

    printed = project.run("after.log")
    roots = [line for line in printed.splitlines() if not line.startswith(" ")]
    assert roots == ["POST /orders", "mail the receipt", "GET /orders/7", "DELETE /orders/7"]
    left = {"threading.Thread.start": 1, "ProcessPoolExecutor.submit": 1}
    assert project.report("after.log") == left
    project.call("check", "after.log", exit_code=1)
    baseline = ("--baseline", "known.json")
    project.call("check", "after.log", *baseline, "--update-baseline")
    assert project.call("check", "after.log", *baseline) == (
        "",
        "ctxwatch: findings: 2 in the baseline\n",
    )
