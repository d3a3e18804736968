"""FastAPI under real servers: requests over the loopback, findings in the log file."""

from __future__ import annotations

import importlib.util
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from servers.serving import HERE, Answer, serving
from support import Record, read_log

pytestmark = pytest.mark.skipif(os.name != "posix", reason="gunicorn, FIFOs and SIGTERM are POSIX")

APP = HERE / "app.py"
REQUESTS = 4

UVICORN = ("uvicorn", "--fd", "{fd}", "app:app", "--loop")
#: A worker stands still while the other one starts, for which it would be killed after a while.
GUNICORN = (
    *("gunicorn", "--bind", "fd://{fd}", "--workers", "2", "--timeout", "0"),
    *("app:app", "--worker-class"),
)
#: uvicorn has its worker class until it drops it, gunicorn one of its own since version 24.
WORKER_CLASSES = {
    "uvicorn.workers.UvicornWorker": "uvicorn.workers",
    "asgi": "gunicorn.workers.gasgi",
}
SERVERS = {
    "uvicorn-asyncio": (*UVICORN, "asyncio"),
    "uvicorn-uvloop": (*UVICORN, "uvloop"),
} | {
    f"gunicorn-{name}": (*GUNICORN, name)
    for name, module in WORKER_CLASSES.items()
    if importlib.util.find_spec(module)
}


class Visit(NamedTuple):
    """What a server answered, said and exited with."""

    answers: dict[str, list[Answer]]
    output: str
    exit_code: int


class Watched(NamedTuple):
    """A visit to a watched server, its log, and a visit to the same server without ctxwatch."""

    visit: Visit
    records: list[Record]
    alone: Visit

    @property
    def findings(self) -> list[Record]:
        """The findings, oldest first."""
        return [record for record in self.records if record["kind"] == "finding"]

    def snapshots(self, boundary: str, side: str) -> list[Record]:
        """The snapshots of one side of a boundary, oldest first."""
        return [
            record
            for record in self.records
            if record["kind"] == "snapshot"
            and (record["boundary"], record["side"]) == (boundary, side)
        ]


def line_marked(mark: str) -> int:
    """Return the number of the line of the application that ends in *mark*."""
    lines = APP.read_text(encoding="utf-8").splitlines()
    (number,) = [number for number, line in enumerate(lines, 1) if line.endswith(f"# <- {mark}")]
    return number


def visit(command: tuple[str, ...], watch: tuple[str, ...], directory: Path) -> Visit:
    """Start a server, ask each of its workers for both pages, and stop it with SIGTERM."""
    directory.mkdir()
    output = directory / "output"
    answers: dict[str, list[Answer]] = {"/lossy": [], "/healthy": []}
    with serving(*command, watch=watch, output=output) as server:

        def ask() -> None:
            for path, answered in answers.items():
                answered.extend(server.ask(path) for _ in range(REQUESTS))

        if command[0] == "gunicorn":
            server.ask_both_workers(ask, directory)
        else:
            ask()
        with ThreadPoolExecutor(8) as clients:  # now all workers write at the same time
            answers["/lossy"].extend(clients.map(server.ask, ["/lossy"] * 40))
        exit_code = server.stop()
    return Visit(answers, output.read_text("utf-8"), exit_code)


@pytest.fixture(scope="module", params=SERVERS)
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """Visit one server twice, watched and alone."""
    directory = tmp_path_factory.mktemp("server")
    log = directory / "log.jsonl"
    options = ("--log-file", str(log), "--instrumentors", "none", "--debug")
    seen = visit(SERVERS[request.param], options, directory / "watched")
    return Watched(seen, read_log(log), visit(SERVERS[request.param], (), directory / "alone"))


def test_one_finding_a_worker(watched: Watched, request: pytest.FixtureRequest) -> None:
    """Every worker process reports its first loss once, and only counts the next ones."""
    pids = {answer["pid"] for answer in watched.visit.answers["/lossy"]}
    workers = 2 if request.node.callspec.id.startswith("gunicorn") else 1
    assert len(pids) == workers, watched.visit.output
    assert [finding["count"] for finding in watched.findings] == [1] * workers
    assert {finding["pid"] for finding in watched.findings} == pids


def test_the_finding_names_line_boundary_and_parent(watched: Watched) -> None:
    """Each worker's finding is about one request that it lost, by that one's own answer.

    Which one is up to the threads: a loss is certain when its work has ended, after the answer.
    """
    for finding in watched.findings:
        (lost,) = (
            answer
            for answer in watched.visit.answers["/lossy"]
            if answer["span"] == [finding["trace_id"], finding["span_id"]]
        )
        assert lost["pid"] == finding["pid"]
        assert lost["parent"] is None
        assert finding["family"] == "parent_lost"
        assert finding["boundary"] == "loop.run_in_executor"
        where = finding["code.file.path"], finding["code.line.number"]
        assert where == (str(APP), line_marked("lost here"))
        orphaned_at = finding["span_file"], finding["span_line"]
        assert orphaned_at == (str(APP), line_marked("orphan"))
        parent = finding["expected_parent"]
        assert parent["name"] == lost["name"]
        assert [parent["trace_id"], parent["span_id"]] == lost["request"]


def test_the_healthy_handler_is_kept(watched: Watched) -> None:
    """Each of its hand-offs is seen, and seen to keep its request's span."""
    healthy = watched.visit.answers["/healthy"]
    assert [answer["parent"] for answer in healthy] == [answer["request"] for answer in healthy]
    arrivals = [
        (record["pid"], record["trace_id"], record["span_id"], record["verdict"])
        for record in watched.snapshots("asyncio.to_thread", "arrival")
    ]
    expected = [(answer["pid"], *answer["request"], "kept") for answer in healthy]
    assert sorted(arrivals) == sorted(expected)


def test_every_loss_of_every_worker_is_in_the_one_file(watched: Watched) -> None:
    """Workers that write at the same time neither tear a line (`read_log`) nor drop one."""
    lossy = watched.visit.answers["/lossy"]
    origins = watched.snapshots("loop.run_in_executor", "origin")
    spans = [(record["pid"], record["trace_id"], record["span_id"]) for record in origins]
    assert sorted(spans) == sorted((answer["pid"], *answer["request"]) for answer in lossy)
    arrivals = watched.snapshots("loop.run_in_executor", "arrival")
    assert [record["verdict"] for record in arrivals] == ["lost"] * len(lossy)
    ids = sorted(record["crossing"] for record in origins)
    assert sorted(record["crossing"] for record in arrivals) == ids
    assert len(set(ids)) == len(ids)


def test_sigterm_ends_it_as_it_ends_the_unwatched_server(watched: Watched) -> None:
    """The same exit code, and no traceback in what the server says."""
    assert watched.visit.exit_code == watched.alone.exit_code
    assert "Traceback" not in watched.visit.output, watched.visit.output
