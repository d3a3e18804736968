"""FastAPI under real servers: requests over the loopback, findings in the log file."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from servers.serving import HERE, Answer, Server, serving
from support import Record, read_log

pytestmark = pytest.mark.skipif(os.name != "posix", reason="gunicorn, FIFOs and SIGTERM are POSIX")

APP = HERE / "app.py"
REQUESTS = 4

UVICORN = ("uvicorn", "--fd", "{fd}", "app:app", "--loop")
GUNICORN = ("gunicorn", "--bind", "fd://{fd}", "--workers", "2", "app:app", "--worker-class")
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


class Watched(NamedTuple):
    """What a watched server answered and wrote, and how both it and its unwatched twin ended."""

    answers: dict[str, list[Answer]]
    records: list[Record]
    output: str
    exit_code: int
    exit_code_alone: int

    @property
    def findings(self) -> list[Record]:
        """The findings, oldest first."""
        return [record for record in self.records if record["kind"] == "finding"]

    def of_process(self, path: str, pid: int) -> list[Answer]:
        """What one worker process answered on *path*, oldest first."""
        return [answer for answer in self.answers[path] if answer["pid"] == pid]


def line_marked(mark: str) -> int:
    """Return the number of the line of the application that ends in *mark*."""
    lines = APP.read_text(encoding="utf-8").splitlines()
    (number,) = [number for number, line in enumerate(lines, 1) if line.endswith(f"# <- {mark}")]
    return number


def ask_every_worker(server: Server, ask: Callable[[], None], directory: Path) -> None:
    """Call *ask* while only one of two workers can answer, then while only the other can."""
    with server.one_worker_blocked(directory / "first"):
        ask()
        blocked = server.one_worker_blocked(directory / "second")
        blocked.__enter__()
    ask()
    blocked.__exit__(None, None, None)


@pytest.fixture(scope="module", params=SERVERS)
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """Run one server, watched and alone, ask both, and stop both with SIGTERM."""
    directory = tmp_path_factory.mktemp("server")
    command = SERVERS[request.param]
    log, output = directory / "log.jsonl", directory / "output"
    answers: dict[str, list[Answer]] = {"/lossy": [], "/healthy": []}
    options = ("--log-file", str(log), "--instrumentors", "none", "--debug")

    with serving(*command, watch=options, output=output) as server:

        def ask() -> None:
            for path, answered in answers.items():
                answered.extend(server.ask(path) for _ in range(REQUESTS))

        if command[0] == "gunicorn":
            ask_every_worker(server, ask, directory)
        else:
            ask()
        with ThreadPoolExecutor(8) as clients:  # now all workers write at the same time
            answers["/lossy"].extend(clients.map(server.ask, ["/lossy"] * 40))
        exit_code = server.stop()

    with serving(*command, watch=(), output=directory / "alone") as alone:
        alone.ask("/lossy")
        exit_code_alone = alone.stop()

    return Watched(
        answers, read_log(log), output.read_text("utf-8"), exit_code, exit_code_alone
    )


def test_one_finding_a_worker(watched: Watched, request: pytest.FixtureRequest) -> None:
    """Every worker process reports its first loss once, and only counts the next ones."""
    pids = {answer["pid"] for answer in watched.answers["/lossy"]}
    assert len(pids) == (2 if "gunicorn" in request.node.callspec.id else 1), watched.output
    assert [finding["count"] for finding in watched.findings] == [1] * len(pids)
    assert {finding["pid"] for finding in watched.findings} == pids


def test_the_finding_names_line_boundary_and_parent(watched: Watched) -> None:
    """Each worker's finding is about the first request that it lost, by the answers' account."""
    for finding in watched.findings:
        first = watched.of_process("/lossy", finding["pid"])[0]
        assert first["parent"] is None
        assert finding["family"] == "parent_lost"
        assert finding["boundary"] == "loop.run_in_executor"
        where = finding["code.file.path"], finding["code.line.number"]
        assert where == (str(APP), line_marked("lost here"))
        orphaned_at = finding["span_file"], finding["span_line"]
        assert orphaned_at == (str(APP), line_marked("orphan"))
        assert [finding["trace_id"], finding["span_id"]] == first["span"]
        parent = finding["expected_parent"]
        assert parent["name"] == first["name"]
        assert [parent["trace_id"], parent["span_id"]] == first["request"]


def test_the_healthy_handler_is_kept(watched: Watched) -> None:
    """Its hand-offs are seen, and each of them kept its request's span."""
    for answer in watched.answers["/healthy"]:
        assert answer["parent"] == answer["request"]
    arrived = [
        (record["pid"], record["trace_id"], record["span_id"], record["verdict"])
        for record in watched.records
        if record["kind"] == "snapshot"
        and record["side"] == "arrival"
        and record["boundary"] == "asyncio.to_thread"
    ]
    expected = [(a["pid"], *a["request"], "kept") for a in watched.answers["/healthy"]]
    assert sorted(arrived) == sorted(expected)


def test_every_loss_of_every_worker_is_in_the_one_file(watched: Watched) -> None:
    """Workers that write at the same time neither tear nor drop a line."""
    lost = [
        (record["pid"], record["crossing"])
        for record in watched.records
        if record["kind"] == "snapshot" and record.get("verdict") == "lost"
    ]
    assert len(set(lost)) == len(lost) == len(watched.answers["/lossy"])
    origins = [
        (record["trace_id"], record["span_id"])
        for record in watched.records
        if record["kind"] == "snapshot"
        and record["side"] == "origin"
        and record["boundary"] == "loop.run_in_executor"
    ]
    assert sorted(origins) == sorted(tuple(a["request"]) for a in watched.answers["/lossy"])


def test_sigterm_ends_it_as_it_ends_the_unwatched_server(watched: Watched) -> None:
    """The same exit code, and nothing of ctxwatch in what the server says."""
    assert watched.exit_code == watched.exit_code_alone
    assert "Traceback" not in watched.output, watched.output
