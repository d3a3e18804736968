"""A line that has handed over before takes a note only: what goes wrong there is told as ever."""

from __future__ import annotations

import pytest
from support import run_program

QUEUE = """
import queue, threading, contextvars
from tracing import tracer

orders = queue.Queue()

def work():
    while orders.get() is not None:
        with tracer.start_as_current_span("work"):
            pass
        orders.task_done()

def put():
    orders.put("order")  # put
    orders.join()

with tracer.start_as_current_span("first"):
    context = contextvars.copy_context()
    worker = threading.Thread(target=context.run, args=(work,))
    worker.start()
    for _ in range(3):
        put()
with tracer.start_as_current_span("second"):
    put()
orders.put(None)
worker.join()
"""

ASYNCIO_QUEUE = """
import asyncio
from tracing import tracer

async def work(orders):
    while await orders.get() is not None:
        with tracer.start_as_current_span("work"):
            pass
        orders.task_done()

async def put(orders):
    await orders.put("order")  # put
    await orders.join()

async def main():
    orders = asyncio.Queue()
    with tracer.start_as_current_span("first"):
        worker = asyncio.create_task(work(orders))
        for _ in range(3):
            await put(orders)
    with tracer.start_as_current_span("second"):
        await put(orders)
    await orders.put(None)
    await worker

asyncio.run(main())
"""

PUT_IN_A_TASK_OF_ITS_OWN = ASYNCIO_QUEUE.replace(
    "await put(orders)", "await asyncio.create_task(put(orders))"
)

THREADS = """
import threading
from tracing import tracer

def work():
    with tracer.start_as_current_span("work"):
        pass

def start(target):
    thread = threading.Thread(target=target)
    thread.start()  # start
    thread.join()

with tracer.start_as_current_span("request"):
    for _ in range(3):
        start(int)
    start(work)
"""

LATE_THREAD = """
import contextvars, threading
from tracing import tracer

ended = threading.Event()

def work(wait):
    if wait:
        ended.wait()
    with tracer.start_as_current_span("work"):
        pass

def start(wait):
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(work, wait))
    thread.start()  # start
    return thread

with tracer.start_as_current_span("request"):
    start(False).join()
    late = start(True)
ended.set()
late.join()
"""

SPANS_THAT_ARE_GONE = """
import threading
from concurrent.futures import ThreadPoolExecutor
from tracing import tracer

free = threading.Event()

def work(name):
    with tracer.start_as_current_span("work on " + name):
        pass

with ThreadPoolExecutor(1) as pool:
    pool.submit(free.wait)
    for name in "first", "second", "third":
        with tracer.start_as_current_span(name):
            pool.submit(work, name)
    free.set()
"""


def line(program: str, mark: str) -> int:
    lines = program.splitlines()
    return next(number for number, text in enumerate(lines, 1) if text.endswith("# " + mark))


@pytest.mark.parametrize(
    ("program", "boundary", "task"),
    [
        (QUEUE, "queue.Queue.put", None),
        (ASYNCIO_QUEUE, "asyncio.Queue.put", "Task-1"),
        (PUT_IN_A_TASK_OF_ITS_OWN, "asyncio.Queue.put", "Task-6"),
    ],
)
def test_an_item_of_another_request_after_three_of_its_own(
    program: str, boundary: str, task: str | None
) -> None:
    result = run_program(program)
    (finding,) = result.findings
    assert (finding["code"], finding["boundary"]) == ("CTX201", boundary)
    assert finding["code.line.number"] == line(program, "put")
    assert finding["expected_parent"]["name"] == "second"
    (origin,) = [each for each in result.of_kind("snapshot") if each["side"] == "origin"]
    assert origin["task"] == task
    assert result.summary["crossings"][boundary] == {"kept": 3, "stale": 1}


def test_a_thread_that_loses_its_parent_after_three_that_had_none_to_lose() -> None:
    result = run_program(THREADS)
    (finding,) = result.findings
    assert (finding["code"], finding["code.line.number"]) == ("CTX101", line(THREADS, "start"))
    assert result.summary["crossings"] == {"threading.Thread.start": {"lost": 4}}


def test_a_thread_that_keeps_its_parent_and_comes_late() -> None:
    """It was a note until then: the span has to find out what led to its thread."""
    result = run_program(LATE_THREAD)
    assert result.findings == []
    (finding,) = result.late
    assert (finding["code"], finding["code.line.number"]) == ("CTX501", line(LATE_THREAD, "start"))
    assert result.summary["crossings"] == {"threading.Thread.start": {"kept": 2}}


def test_a_span_that_is_gone_when_its_work_arrives() -> None:
    result = run_program(SPANS_THAT_ARE_GONE)
    parents = {each["span_name"]: each["expected_parent"]["name"] for each in result.findings}
    assert parents == {f"work on {name}": name for name in ("first", "second", "third")}
