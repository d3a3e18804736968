"""A long run stays within a fixed memory: no table grows with what the program does."""

from __future__ import annotations

import json

from support import Result, run_program

from ctxwatch import decisions, items, missing, recorder, reporter

#: No table may hold more, whatever the program does.
MOST = 10_000

#: `tables()` is how many entries each table of the agent has, by its name.
SETUP = """\
import asyncio, collections, gc, json, queue, sys, threading, weakref
from ctxwatch import agent
from tracing import tracer

SIZED = (dict, set, list, collections.deque, weakref.WeakSet, weakref.WeakKeyDictionary)

def tables():
    gc.collect()
    found = {}
    seen = set()
    def look(where, value):
        if getattr(value, "maxlen", None) is not None:
            return  # a ring
        if isinstance(value, SIZED):
            found[where] = len(value)
        elif type(value).__module__.startswith("ctxwatch.") and id(value) not in seen:
            seen.add(id(value))
            for name, part in getattr(value, "__dict__", {}).items():
                look(f"{where}.{name}", part)
    for module in [m for name, m in sys.modules.items() if name.startswith("ctxwatch.")]:
        for name, value in vars(module).items():
            if not name.startswith("__"):
                look(f"{module.__name__}.{name}", value)
    return found

def tell():
    print(json.dumps(tables()))

async def step():
    pass

def work():
    with tracer.start_as_current_span("work"):
        pass

def in_thread(target):
    thread = threading.Thread(target=target)
    thread.start()
    thread.join()
"""


def told(result: Result) -> list[dict[str, int]]:
    """Return the sizes of the tables, each time that the program told them."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_many_hand_offs() -> None:
    """After 200,000 no table is longer than after 10,000."""
    result = run_program(
        f"""{SETUP}
async def hand_over(count):
    with tracer.start_as_current_span("request"):
        for _ in range(count):
            await asyncio.create_task(step())

for count in 10_000, 190_000:
    asyncio.run(hand_over(count))
    tell()
"""
    )
    before, after = told(result)
    assert {name: size for name, size in after.items() if size > before.get(name, 0)} == {}
    assert result.summary["crossings"]["asyncio.create_task"] == {"kept": 200_000}


def test_many_lost_hand_offs() -> None:
    """The same where each is a loss with a finding."""
    result = run_program(
        f"""{SETUP}
for count in 1_000, 9_000:
    for _ in range(count):
        with tracer.start_as_current_span("request"):
            in_thread(work)
    tell()
"""
    )
    before, after = told(result)
    assert {name: size for name, size in after.items() if size > before.get(name, 0)} == {}
    (finding,) = result.summary["findings"]
    assert finding["count"] == 10_000


def test_many_files_and_lines() -> None:
    """A program that makes its code as it goes, each piece under a name of its own."""
    result = run_program(
        f"""{SETUP}
async def hand_over():
    with tracer.start_as_current_span("request"):
        for number in range(20_000):
            scope = {{"asyncio": asyncio, "step": step}}
            source = "def go(): return asyncio.create_task(step())"
            exec(compile(source, f"<{{number}}>", "exec"), scope)
            await scope["go"]()

asyncio.run(hand_over())
tell()
"""
    )
    (sizes,) = told(result)
    assert {name: size for name, size in sizes.items() if size > MOST} == {}
    assert result.summary["crossings"]["asyncio.create_task"] == {"kept": 20_000}


def test_many_names_of_spans() -> None:
    """A program that puts ids into the names: findings are told apart up to a bound."""
    beyond = 50
    result = run_program(
        f"""{SETUP}
def work():
    with tracer.start_as_current_span(f"work {{number}}"):
        pass

for number in range({reporter.MOST_FINDINGS + beyond}):
    with tracer.start_as_current_span("request"):
        in_thread(work)
""",
        level="warning",
    )
    assert len(result.findings) == len(result.summary["findings"]) == reporter.MOST_FINDINGS
    assert result.summary["more_findings"] == beyond
    (notice,) = result.of_kind("notice")
    assert str(reporter.MOST_FINDINGS) in notice["event"]


def test_many_threads_at_once() -> None:
    """Nothing of 1,000 threads is left when they have ended."""
    result = run_program(
        f"""{SETUP}
def wait():
    with tracer.start_as_current_span("work"):
        all_here.wait()

def start(count):
    global all_here
    all_here = threading.Barrier(count)
    with tracer.start_as_current_span("request"):
        threads = [threading.Thread(target=wait) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

for count in 2, 1_000:
    start(count)
    tell()
"""
    )
    before, after = told(result)
    assert {name: size for name, size in after.items() if size > before.get(name, 0)} == {}
    (finding,) = result.summary["findings"]
    assert finding["count"] == 1_002


def test_many_tasks_at_once() -> None:
    """While 20,000 tasks are alive, and when they have ended."""
    result = run_program(
        f"""{SETUP}
async def wait(event):
    await event.wait()

async def main():
    event = asyncio.Event()
    with tracer.start_as_current_span("request"):
        tasks = [asyncio.create_task(wait(event)) for _ in range(20_000)]
    tell()
    event.set()
    await asyncio.gather(*tasks)

asyncio.run(main())
tell()
"""
    )
    alive, ended = told(result)
    assert {name: size for name, size in alive.items() if size > MOST} == {}
    assert {name: size for name, size in ended.items() if size > alive.get(name, 0)} == {}
    assert result.summary["crossings"]["asyncio.create_task"] == {"kept": 20_000}


def test_many_queues_for_one_reply_each() -> None:
    """Who takes one item of each of them holds the latest only."""
    result = run_program(
        f"""{SETUP}
with tracer.start_as_current_span("request"):
    for number in range(5_000):
        reply = queue.Queue()
        reply.put(number)
        reply.get()
from ctxwatch import in_hand
print(json.dumps({{"items": max(map(len, in_hand.by_thread.values()))}}))
tell()
"""
    )
    held, sizes = told(result)
    assert held == {"items": items.MOST_ITEMS}
    assert {name: size for name, size in sizes.items() if size > MOST} == {}


def test_many_items_under_one_span() -> None:
    """Nobody starts a span in between, which is when their arrival is written."""
    count = 3 * decisions.MOST_DUE
    result = run_program(
        f"""{SETUP}
line = queue.Queue(100)

def consume():
    for _ in range({count}):
        line.get()
    tell()

consumer = threading.Thread(target=consume)
consumer.start()
with tracer.start_as_current_span("batch"):
    for number in range({count}):
        line.put(number)
    consumer.join()
"""
    )
    (sizes,) = told(result)
    assert {name: size for name, size in sizes.items() if size > MOST + 1} == {}
    assert sum(result.summary["crossings"]["queue.Queue.put"].values()) == count


def test_a_chain_of_spans_that_no_exporter_takes() -> None:
    """Each is the child of the last one, and its start knows that one's."""
    result = run_program(
        f"""{SETUP}
from opentelemetry import trace
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
from ctxwatch import missing

class Filter(SimpleSpanProcessor):
    def on_end(self, span):
        pass

trace.get_tracer_provider().add_span_processor(Filter(ConsoleSpanExporter()))
span = tracer.start_span("first")
for _ in range({3 * missing.MOST_SPANS}):
    context = trace.set_span_in_context(span)
    span.end()
    span = tracer.start_span("next", context=context)
span.end()
print(json.dumps({{"starts": sum(type(it) is missing.Start for it in gc.get_objects())}}))
"""
    )
    (kept,) = told(result)
    assert kept["starts"] <= missing.MOST_SPANS + 1


def test_many_reasons() -> None:
    """A program that puts ids into its reasons."""
    beyond = 50
    result = run_program(
        f"""{SETUP}
import ctxwatch

with tracer.start_as_current_span("request"):
    for number in range({recorder.MOST_REASONS + beyond}):
        with ctxwatch.detached(str(number)):
            in_thread(work)
"""
    )
    reasons = result.summary["on_purpose"]
    assert len(reasons) == recorder.MOST_REASONS + 1
    assert reasons["another reason"] == beyond
