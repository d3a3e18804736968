"""CTXWATCH_SAMPLE: of each trace all hand-offs are seen, or none."""

from __future__ import annotations

from collections import defaultdict

import pytest
from support import run_program

from ctxwatch import config

#: Each request crosses three boundaries, and loses its context at the second, in 60 traces.
PROGRAM = """
import asyncio, threading
from tracing import tracer

def work():
    with tracer.start_as_current_span("work"):
        pass

async def step():
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

async def request():
    with tracer.start_as_current_span("request"):
        await asyncio.create_task(step())
        await asyncio.create_task(asyncio.sleep(0))

for _ in range(60):
    asyncio.run(request())
"""


def test_a_trace_is_seen_whole_or_not_at_all():
    result = run_program(PROGRAM, level="debug", env={"CTXWATCH_SAMPLE": "0.5"})
    seen = defaultdict(set)
    for record in result.snapshots:
        if record["side"] == "origin" and record["is_valid"]:
            seen[record["trace_id"]].add((record["boundary"], record["code.line.number"]))
    # The chance of this to fail is two in 2 ** 60.
    assert 0 < len(seen) < 60
    assert len(set(map(frozenset, seen.values()))) == 1, "every trace that is seen, with all of it"
    assert len(next(iter(seen.values()))) == 3
    found = sum(finding["count"] for finding in result.summary["findings"])
    assert found == len(seen), "none of its findings is sampled away"


@pytest.mark.parametrize(("share", "seen"), [("0", 0), ("1", 60)])
def test_none_and_all(share, seen):
    result = run_program(PROGRAM, env={"CTXWATCH_SAMPLE": share})
    assert sum(finding["count"] for finding in result.summary["findings"]) == seen


@pytest.mark.parametrize("text", ["-0.1", "1.1", "nan", "half"])
def test_what_is_no_share_is_a_problem_and_all_is_watched(text):
    settings = config.read({"CTXWATCH_SAMPLE": text})
    assert settings.value("CTXWATCH_SAMPLE") == 1.0
    assert [problem.name for problem in settings.problems] == ["CTXWATCH_SAMPLE"]
