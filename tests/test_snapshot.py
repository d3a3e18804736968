"""`ctxwatch.snapshot` by hand: what it writes, what it returns, and what it costs nobody."""

from __future__ import annotations

import json

import pytest
from support import Record, Result, run_program

#: Takes a snapshot in four places, and tells by itself where it was and which span was current.
PROGRAM = """\
import asyncio, json, sys, threading
import ctxwatch
from opentelemetry import trace
from tracing import tracer

def take(label):
    line = sys._getframe(1).f_lineno
    context = trace.get_current_span().get_span_context()
    print(json.dumps({
        "label": label, "line": line, "function": sys._getframe(1).f_code.co_name,
        "trace_id": format(context.trace_id, "032x"), "span_id": format(context.span_id, "016x"),
        "thread": threading.current_thread().name,
    }))

def in_thread():
    take("thread"); seen.append(ctxwatch.snapshot("thread"))

async def in_task():
    with tracer.start_as_current_span("GET /stock"):
        take("task"); seen.append(ctxwatch.snapshot("task"))

seen = []
take("nothing"); seen.append(ctxwatch.snapshot("nothing"))
with tracer.start_as_current_span("POST /orders"):
    take("span"); seen.append(ctxwatch.snapshot("span"))
    thread = threading.Thread(target=in_thread, name="billing")
    thread.start()
    thread.join()

async def main():
    await asyncio.create_task(in_task(), name="stock")

asyncio.run(main())
for spot in seen:
    print(json.dumps(spot.context and format(spot.context.span_id, "016x")))
"""


@pytest.fixture(scope="module")
def watched() -> Result:
    """The program under the watch."""
    return run_program(PROGRAM)


def by_hand(result: Result) -> list[Record]:
    """Return the snapshots that the program took itself."""
    return [record for record in result.snapshots if record["side"] == "manual"]


def told(result: Result) -> list[Record]:
    """Return the program's own account of the same."""
    return [json.loads(line) for line in result.stdout.splitlines()[:4]]


def test_the_record_says_what_the_program_says(watched: Result) -> None:
    """Ids, validity, line, function and thread, place by place."""
    assert len(by_hand(watched)) == len(told(watched)) == 4, str(watched)
    for record, truth in zip(by_hand(watched), told(watched), strict=True):
        for field in ("label", "trace_id", "span_id"):
            assert record[field] == truth[field]
        assert record["is_valid"] == (truth["label"] in ("span", "task"))
        assert record["code.line.number"] == truth["line"]
        assert record["code.function.name"] == truth["function"]
        assert record["thread_name"] == truth["thread"]
        assert record["event"] == (
            f"[{truth['label']}] trace_id={truth['trace_id']} "
            f"span_id={truth['span_id']} is_valid={record['is_valid']}"
        )


def test_it_belongs_to_no_crossing(watched: Result) -> None:
    """It has no boundary, no pair and no verdict; the task's name stands in its record."""
    for record in by_hand(watched):
        assert record["boundary"] is None
        assert record["crossing"] is None
        assert "verdict" not in record
    assert [record["task"] for record in by_hand(watched)] == [None, None, None, "stock"]


def test_it_returns_what_it_saw(watched: Result) -> None:
    """The context of the current span, None where none is current."""
    returned = [json.loads(line) for line in watched.stdout.splitlines()[4:]]
    expected = [truth["span_id"] for truth in told(watched)]
    assert returned == [None, expected[1], None, expected[3]]


def test_without_the_watch_it_only_looks() -> None:
    """The same values come back, and nothing is written."""
    alone = run_program(PROGRAM, via="bare")
    returned = [json.loads(line) for line in alone.stdout.splitlines()[4:]]
    expected = [truth["span_id"] for truth in told(alone)]
    assert returned == [None, expected[1], None, expected[3]]
    assert alone.stderr == ""
    assert alone.records == []


def test_at_level_warning_it_is_not_written() -> None:
    """That level is for findings."""
    assert by_hand(run_program(PROGRAM, level="warning")) == []
