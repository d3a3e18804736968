"""Hand-offs that are meant to leave their trace: silent, but counted with their reason."""

from __future__ import annotations

import pytest
from support import run_program

PROGRAM = """
from concurrent.futures import ThreadPoolExecutor
import asyncio
import ctxwatch
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
tracer = trace.get_tracer("shop")
pool = ThreadPoolExecutor(1)


def audit():
    with tracer.start_as_current_span("audit"):
        pass


def hand_over():
    pool.submit(audit).result()


async def hand_over_async():
    await asyncio.get_running_loop().run_in_executor(pool, audit)


with tracer.start_as_current_span("POST /orders"):
    {statement}
"""

REASON = "the audit log has traces of its own"


@pytest.mark.parametrize(
    "statement",
    [
        f'with ctxwatch.detached("{REASON}"): hand_over()',
        f'ctxwatch.detached("{REASON}")(hand_over)()',
        f'asyncio.run(ctxwatch.detached("{REASON}")(hand_over_async)())',
    ],
    ids=["block", "function", "coroutine function"],
)
def test_said_in_code(statement: str) -> None:
    result = run_program(PROGRAM.format(statement=statement))
    assert result.findings == [], str(result)
    assert result.summary["on_purpose"] == {REASON: 1}
    verdicts = [counts for counts in result.summary["crossings"].values() if "detached" in counts]
    assert verdicts == [{"detached": 1}], str(result)


@pytest.mark.parametrize(
    ("sites", "silent"),
    [
        (f"program.py:hand_over={REASON}", True),
        (f"prog*.py:hand_*={REASON}", True),
        (f"other.py:hand_over={REASON}", False),
        (f"program.py:audit={REASON}", False),
        (f"other.py:x=y; program.py:hand_over={REASON}", True),
    ],
)
def test_said_in_the_settings(sites: str, *, silent: bool) -> None:
    result = run_program(PROGRAM.format(statement="hand_over()"), env={"CTXWATCH_DETACHED": sites})
    assert [found["span_name"] for found in result.findings] == ([] if silent else ["audit"])
    assert result.summary["on_purpose"] == ({REASON: 1} if silent else {})


def test_what_follows_the_block_is_watched_again() -> None:
    statement = f'ctxwatch.detached("{REASON}")(hand_over)(); hand_over()'
    result = run_program(PROGRAM.format(statement=statement))
    assert [found["span_name"] for found in result.findings] == ["audit"], str(result)


def test_does_nothing_while_the_watch_is_off() -> None:
    statement = f'with ctxwatch.detached("{REASON}"): hand_over(); print("done")'
    result = run_program(PROGRAM.format(statement=statement), via="bare")
    assert result.stdout == "done\n"
    assert result.records == []
