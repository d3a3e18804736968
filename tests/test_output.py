"""What is written at which level, in which format, and how it adds up."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from support import HANG, Record, Result, environment, read_log, run_program

REQUESTS = 5

#: Every request makes one hand-off that is lost and one that is kept; one hand-off has nothing
#: to keep. The requests themselves are roots, and none of them is an orphan.
PROGRAM = f"""\
import contextvars
from concurrent.futures import ThreadPoolExecutor
from tracing import tracer

def work():
    with tracer.start_as_current_span("charge card"):
        pass

with ThreadPoolExecutor(1, thread_name_prefix="orders") as pool:
    pool.submit(len, "").result()
    for _ in range({REQUESTS}):
        with tracer.start_as_current_span("POST /orders"):
            pool.submit(work).result()  # lost
            pool.submit(contextvars.copy_context().run, work).result()
print("done")
"""
LOST_LINE = PROGRAM[: PROGRAM.index("# lost")].count("\n") + 1

COLOUR = re.compile(r"\x1b\[[0-9;]*m")

Runs = Callable[[str], Result]


@pytest.fixture(scope="module")
def runs() -> Runs:
    """The program at each level, run once, when first asked for."""
    settings: dict[str, dict[str, str | None]] = {
        "default": {},
        "debug": {"CTXWATCH_LOG_LEVEL": "debug"},
        "warning": {"CTXWATCH_LOG_LEVEL": "warning"},
        "otel debug": {"OTEL_LOG_LEVEL": "debug"},
        "otel debug, info": {"OTEL_LOG_LEVEL": "debug", "CTXWATCH_LOG_LEVEL": "info"},
    }
    done: dict[str, Result] = {}

    def run(name: str) -> Result:
        if name not in done:
            done[name] = run_program(PROGRAM, env=settings[name])
        return done[name]

    return run


def verdicts(result: Result) -> Counter[str]:
    """Count the crossings by verdict, after a check that each has one origin and one arrival."""
    sides: dict[str, list[str]] = {}
    for record in result.snapshots:
        sides.setdefault(record["crossing"], []).append(record["side"])
        assert ("verdict" in record) == (record["side"] == "arrival"), str(result)
    assert all(pair == ["origin", "arrival"] for pair in sides.values()), str(result)
    return Counter(record["verdict"] for record in result.snapshots if "verdict" in record)


def test_the_default_level_writes_what_was_not_kept(runs: Runs) -> None:
    """Both sides of each lost crossing; nothing about the others."""
    assert verdicts(runs("default")) == {"lost": REQUESTS}
    for record in runs("default").snapshots:
        assert record["code.line.number"] == LOST_LINE
        assert record["level"] == "info"


@pytest.mark.parametrize("name", ["debug", "otel debug"])
def test_debug_writes_every_side(runs: Runs, name: str) -> None:
    """OTEL_LOG_LEVEL=debug counts as debug while CTXWATCH_LOG_LEVEL is unset."""
    assert verdicts(runs(name)) == {"lost": REQUESTS, "kept": REQUESTS, "empty": 1}
    assert len(runs(name).of_kind("root")) == REQUESTS


def test_a_level_of_our_own_wins_over_opentelemetrys(runs: Runs) -> None:
    """CTXWATCH_LOG_LEVEL=info with OTEL_LOG_LEVEL=debug is info."""
    assert verdicts(runs("otel debug, info")) == {"lost": REQUESTS}


def test_warning_writes_the_findings_and_the_summary(runs: Runs) -> None:
    """No snapshot, no notice."""
    kinds = [record["kind"] for record in runs("warning").records]
    assert kinds == ["finding", "summary"], str(runs("warning"))


def test_the_message_of_a_snapshot_can_be_grepped(runs: Runs) -> None:
    """It repeats the fields in the form that people write by hand."""
    for record in runs("debug").snapshots:
        assert record["event"] == (
            f"[{record['label']}] trace_id={record['trace_id']} "
            f"span_id={record['span_id']} is_valid={record['is_valid']}"
        )
        assert record["label"] == f"ThreadPoolExecutor.submit {record['side']}"
        assert record["is_valid"] == (record["span_id"] != "0" * 16)


def test_the_two_sides_name_their_threads(runs: Runs) -> None:
    """The origin is the main thread, the arrival a worker of the pool, in one process."""
    names = {(record["side"], record["thread_name"]) for record in runs("debug").snapshots}
    assert names == {("origin", "MainThread"), ("arrival", "orders_0")}
    assert len({record["pid"] for record in runs("debug").records}) == 1


@pytest.mark.parametrize("name", ["default", "debug", "warning"])
def test_repeats_are_counted_not_repeated(runs: Runs, name: str) -> None:
    """One finding record for five losses at one line; the summary has the five."""
    (finding,) = runs(name).findings
    assert finding["count"] == 1
    (counted,) = runs(name).summary["findings"]
    assert counted["fingerprint"] == finding["fingerprint"]
    assert counted["count"] == REQUESTS
    assert counted["line"] == finding["code.line.number"] == LOST_LINE
    assert counted["remedy"] == finding["remedy"]


@pytest.mark.parametrize("name", ["default", "debug", "warning"])
def test_the_summary_adds_up(runs: Runs, name: str) -> None:
    """Whatever the level, it counts what a debug log tells one by one."""
    told: dict[str, dict[str, int]] = {}
    for record in runs("debug").snapshots:
        if record["side"] == "arrival":
            counts = told.setdefault(record["boundary"], {})
            counts[record["verdict"]] = counts.get(record["verdict"], 0) + 1
    summary = runs(name).summary
    assert summary["crossings"] == told
    assert summary["roots"] == len(runs("debug").of_kind("root"))
    assert summary["dropped"] == 0


def test_the_schema_would_notice(runs: Runs) -> None:
    """It refuses a record that lacks any of its fields, and one that has another.

    Only an arrival has a verdict, so that one may be absent.
    """
    text = resources.files("ctxwatch").joinpath("reporter", "schema.json").read_text("utf-8")
    validator = jsonschema.Draft202012Validator(json.loads(text))
    by_kind = {record["kind"]: record for record in runs("debug").records}
    assert set(by_kind) == {"snapshot", "finding", "root", "summary"}
    for record in by_kind.values():
        assert validator.is_valid(record)
        assert not validator.is_valid(record | {"colour": "red"})
        for field in record.keys() - {"verdict"}:
            lacking = copy.copy(record)
            del lacking[field]
            assert not validator.is_valid(lacking), field


# --- formats


def written_to_stderr(tmp_path: Path, **settings: str) -> str:
    """Run the program with a pipe for its stderr, and return what came through."""
    done = subprocess.run(
        start_command(tmp_path),
        env=environment(CTXWATCH_INSTRUMENTORS="none", **settings),
        capture_output=True,
        text=True,
        timeout=HANG,
        check=True,
    )
    assert done.stdout == "done\n"
    return done.stderr


def written_to_terminal(tmp_path: Path, **settings: str) -> str:
    """Run the program with a terminal for its stderr, and return what was shown there."""
    import pty  # not on Windows

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        start_command(tmp_path),
        env=environment(CTXWATCH_INSTRUMENTORS="none", **settings),
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 65536):
                shown += chunk
        except OSError:  # Linux: the other end was closed
            pass
        finally:
            os.close(ours)
    assert process.returncode == 0, shown
    return shown.decode().replace("\r\n", "\n")


def start_command(tmp_path: Path) -> list[str]:
    """Return the command line that runs the program under the watch."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    return [sys.executable, "-m", "ctxwatch", "run", str(program)]


def as_records(tmp_path: Path, text: str) -> list[Record]:
    """Read *text* as a log."""
    log = tmp_path / "stderr"
    log.write_text(text, encoding="utf-8")
    return read_log(log)


needs_terminal = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")


@needs_terminal
def test_on_a_terminal_it_is_coloured_text(tmp_path: Path) -> None:
    """For people: the finding with its line, its remedy to paste, and the summary."""
    shown = written_to_terminal(tmp_path, TERM="xterm")
    assert COLOUR.search(shown)
    assert shown.endswith("\n")
    text = COLOUR.sub("", shown)
    assert "span 'charge card' lost its parent 'POST /orders'" in text
    assert f"program.py:{LOST_LINE}" in text
    assert "pool.submit(contextvars.copy_context().run, work, *args)" in text
    assert "ctxwatch: 1 finding;" in text
    assert f"{REQUESTS} times" in text
    assert f"1 empty, {REQUESTS} kept, {REQUESTS} lost" in text


@needs_terminal
def test_no_color_is_respected(tmp_path: Path) -> None:
    """The same text without a single escape character."""
    shown = written_to_terminal(tmp_path, TERM="xterm", NO_COLOR="1")
    assert "\x1b" not in shown
    assert "ctxwatch: 1 finding;" in shown


@needs_terminal
def test_json_can_be_had_on_a_terminal(tmp_path: Path) -> None:
    """CTXWATCH_LOG_FORMAT wins over what stderr is."""
    shown = written_to_terminal(tmp_path, CTXWATCH_LOG_FORMAT="json")
    assert "finding" in {record["kind"] for record in as_records(tmp_path, shown)}


def test_through_a_pipe_it_is_json(tmp_path: Path, runs: Runs) -> None:
    """The same kinds of record as in a log file, and nothing besides."""
    records = as_records(tmp_path, written_to_stderr(tmp_path))
    kinds = [record["kind"] for record in runs("default").records]
    assert [record["kind"] for record in records] == kinds


def test_the_console_format_can_be_had_through_a_pipe(tmp_path: Path) -> None:
    """As on a terminal, but without colours."""
    text = written_to_stderr(tmp_path, CTXWATCH_LOG_FORMAT="console")
    assert "\x1b" not in text
    assert "ctxwatch: 1 finding;" in text
    assert f"program.py:{LOST_LINE}" in text


def test_beside_a_log_file_the_summary_is_shown_on_stderr(runs: Runs) -> None:
    """The file is the machine's; the summary in words is on stderr, and nothing else is."""
    first, *_ = runs("default").stderr.splitlines()
    assert first.startswith("ctxwatch: 1 finding;")
    assert f"program.py:{LOST_LINE}" in runs("default").stderr
    assert "{" not in runs("default").stderr


# --- notices


def test_no_provider_is_said_once() -> None:
    """Spans are made, but nobody has set up the SDK: one notice, with what to do."""
    result = run_program(
        """\
from opentelemetry import trace

for _ in range(3):
    with trace.get_tracer("shop").start_as_current_span("POST /orders"):
        print("done")
"""
    )
    assert result.stdout == "done\n" * 3
    (notice,) = result.of_kind("notice")
    assert "set_tracer_provider" in notice["event"]
    assert "opentelemetry-instrument" in notice["event"]


@pytest.mark.parametrize(
    ("code", "env"),
    [
        ("import logging, concurrent.futures.thread, asyncio, threading", {}),
        ("from tracing import tracer", {}),
        ("from opentelemetry import trace", {"OTEL_SDK_DISABLED": "true"}),
    ],
    ids=["no opentelemetry", "a provider without spans", "SDK disabled"],
)
def test_nothing_to_say(code: str, env: dict[str, str | None]) -> None:
    """The agent is there, and silent on stderr and in the log."""
    result = run_program(f"{code}\nimport sys; print('ctxwatch.startup' in sys.modules)", env=env)
    assert result.stdout == "True\n"
    assert result.stderr == ""
    assert result.records == []


def test_bad_settings_are_named_and_defaults_used() -> None:
    """One notice a setting, with its value; the program runs as if none had been set."""
    bad: dict[str, str | None] = {
        "CTXWATCH": "perhaps",
        "CTXWATCH_INSTRUMENTORS": "threads",
        "CTXWATCH_LOG_FORMAT": "xml",
        "CTXWATCH_LOG_LEVEL": "loud",
        "CTXWATCH_STRICT": "rather",
        "CTXWATCH_LOGFILE": "typo.jsonl",
    }
    result = run_program("import ctxwatch.auto\n" + PROGRAM, via="switch", env=bad)
    assert result.stdout == "done\n"
    notices = [record["event"] for record in result.of_kind("notice")]
    assert len(notices) == len(bad), str(result)
    for name, value in bad.items():
        assert any(event.startswith(f"{name}={value!r} ") for event in notices), name
    # The default applies the instrumentors, which carry what was lost; the level is info.
    assert verdicts(result) == {"rescued": REQUESTS}
    assert result.findings == []


def test_bad_settings_are_named_at_every_level() -> None:
    """A level that shows findings only shows these, too."""
    env: dict[str, str | None] = {"CTXWATCH_LOG_FORMAT": "xml"}
    result = run_program(PROGRAM, level="warning", env=env)
    kinds = [record["kind"] for record in result.records]
    assert kinds == ["notice", "finding", "summary"]


# --- the program's own logging


def test_the_programs_logging_is_left_alone() -> None:
    """Neither structlog's configuration nor the root logger's handlers are touched."""
    program = (
        PROGRAM
        + """
import logging, structlog

def look():
    processors = structlog.get_config()["processors"]
    print(structlog.is_configured(), [type(processor).__name__ for processor in processors])
    print(logging.root.handlers, logging.root.level, logging.raiseExceptions)

look()
structlog.configure(
    processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
    logger_factory=structlog.PrintLoggerFactory(),
)
structlog.get_logger().info("order", number=7)
with tracer.start_as_current_span("GET /orders"), ThreadPoolExecutor(1) as pool:
    pool.submit(work).result()
structlog.get_logger().info("order", number=8)
look()
"""
    )
    watched, alone = run_program(program), run_program(program, via="bare")
    assert watched.stdout == alone.stdout
    assert '"number": 8' in watched.stdout
    assert len(watched.findings) == 2, str(watched)  # one before, one after the configuration
