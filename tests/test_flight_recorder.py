"""A finding comes with what was handed over before it in the same trace."""

from __future__ import annotations

from support import run_program

from ctxwatch import recorder

PROGRAM = """
import asyncio, threading
from tracing import tracer

def work():
    with tracer.start_as_current_span("work"):
        pass

async def step():
    pass

async def other():
    with tracer.start_as_current_span("other request"):
        await asyncio.create_task(step())  # another trace

async def request():
    with tracer.start_as_current_span("request"):
        for _ in range(STEPS):
            await asyncio.create_task(step())  # a step
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        await asyncio.create_task(step())  # afterwards

asyncio.run(other())
asyncio.run(request())
"""


def line(mark):
    lines = PROGRAM.splitlines()
    return next(number for number, text in enumerate(lines, 1) if text.endswith("# " + mark))


def recent(steps):
    result = run_program(PROGRAM.replace("STEPS", str(steps)))
    (finding,) = result.findings
    assert finding["span_name"] == "work"
    return [(hop["boundary"], hop["line"], hop["verdict"]) for hop in finding["recent"]]


def test_the_hand_offs_of_the_trace_before_the_loss():
    assert recent(2) == [("asyncio.create_task", line("a step"), "kept")] * 2


def test_the_latest_only():
    assert len(recent(recorder.LATEST + 3)) == recorder.LATEST
