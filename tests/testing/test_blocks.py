"""`no_lost_context` around blocks and functions, in programs without any test runner."""

from __future__ import annotations

import pytest
from suites import SHOP
from support import run_program

PREAMBLE = f"""{SHOP}
import asyncio
import ctxwatch.testing
from ctxwatch.testing import LostContextError, no_lost_context


async def lose_async():
    with tracer.start_as_current_span("order"):
        await asyncio.get_running_loop().run_in_executor(None, charge)


async def keep_async():
    with tracer.start_as_current_span("order"):
        await asyncio.to_thread(charge)


def attempt(call):
    try:
        print("ok", call())
    except LostContextError as error:
        print("lost", *[finding["code"] for finding in error.findings])
"""


def output(code: str, **env: str | None) -> str:
    return run_program(PREAMBLE + code, via="bare", env=env).stdout


FORMS = {
    "block": """
def form(work):
    with no_lost_context():
        work()
""",
    "function": """
def form(work):
    no_lost_context()(work)()
""",
    "block of a coroutine": """
def form(work):
    async def main():
        async with no_lost_context():
            work()
    asyncio.run(main())
""",
    "sync block of a coroutine": """
def form(work):
    async def main():
        with no_lost_context():
            work()
    asyncio.run(main())
""",
    "coroutine function": """
def form(work):
    @no_lost_context()
    async def main():
        work()
    asyncio.run(main())
""",
    "coroutine function on trio": """
import trio

def form(work):
    @no_lost_context()
    async def main():
        work()
    trio.run(main)
""",
}


@pytest.mark.parametrize("form", FORMS)
def test_raises_for_a_loss_and_only_then(form: str) -> None:
    code = FORMS[form] + "attempt(lambda: form(lose))\nattempt(lambda: form(keep))\n"
    assert output(code) == "lost CTX102\nok None\n"


def test_message_is_the_diagnosis() -> None:
    code = """
try:
    with no_lost_context():
        lose()
except AssertionError as error:
    print(error)
"""
    told = output(code).splitlines()
    assert told[0] == (
        "warning[CTX102]: span 'charge' lost its parent 'order' at ThreadPoolExecutor.submit"
    )
    lost = [n for n, line in enumerate(PREAMBLE.splitlines(), 1) if "# lost" in line]
    assert f"program.py:{lost[0]} in lose" in told[1]


def test_decorated_function_is_what_it_was() -> None:
    code = """
@no_lost_context()
def total(a, *, b):
    "Adds."
    return a + b

@no_lost_context()
async def total_async(a, *, b):
    return a + b

print(total(1, b=2), total.__name__, total.__doc__, asyncio.run(total_async(1, b=2)))
print(asyncio.iscoroutinefunction(total_async), asyncio.iscoroutinefunction(total))
"""
    assert output(code) == "3 total Adds. 3\nTrue False\n"


def test_own_exception_goes_first() -> None:
    code = """
try:
    with no_lost_context():
        lose()
        raise KeyError("its own")
except KeyError as error:
    print("own", error)
"""
    assert output(code) == "own 'its own'\n"


def test_process_is_as_before_afterwards() -> None:
    code = """
import sys
before = threading.Thread.start, list(sys.meta_path)
with no_lost_context():
    keep()
    print(threading.Thread.start is before[0])
print((threading.Thread.start, list(sys.meta_path)) == before)
lose()
"""
    result = run_program(PREAMBLE + code, via="bare")
    assert result.stdout == "False\nTrue\n"
    assert result.stderr == ""


def test_gives_a_recording() -> None:
    code = """
with no_lost_context() as recording:
    keep()
recording.assert_child_of("charge", "order")
recording.assert_single_root()
print([span.name for span in recording.spans], [c.verdict.value for c in recording.crossings])
"""
    assert output(code) == "['order', 'charge'] ['kept']\n"


#: A job that goes on when its block has come to an end: the main thread waits there.
IN_FLIGHT = """
import sys

class Gate:
    '''Opens when the main thread waits for work in flight.'''

    def __init__(self):
        self.waits = threading.Event()

    def patch(self):
        from ctxwatch.testing import watch
        sleep = watch.sleep

        def waiting(seconds):
            self.waits.set()
            sleep(seconds)

        watch.sleep = waiting

gate = Gate()
gate.patch()
pool = ThreadPoolExecutor(1)

def work():
    gate.waits.wait()
    charge()

def hand_over():
    with tracer.start_as_current_span("order"):
        pool.submit(work)

def block():
    with no_lost_context(wait=60):
        hand_over()

attempt(block)
"""


def test_waits_for_work_in_flight() -> None:
    assert output(IN_FLIGHT) == "lost CTX102\n"


def test_waits_for_tasks_while_their_loop_runs() -> None:
    code = """
async def main():
    async with no_lost_context(wait=60):
        with tracer.start_as_current_span("request"):
            main.task = asyncio.create_task(lose_later())

async def lose_later():
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    lose()

attempt(lambda: asyncio.run(main()))
"""
    assert output(code) == "lost CTX102\n"


def test_inner_block_is_charged_for_what_is_its_own() -> None:
    code = """
def nested(inner, outer):
    with no_lost_context():
        attempt(lambda: no_lost_context()(inner)())
        outer()

attempt(lambda: nested(lose, keep))
attempt(lambda: nested(keep, lose))
"""
    assert output(code) == "lost CTX102\nok None\nok None\nlost CTX102\n"


def test_blocks_side_by_side() -> None:
    """Two tasks in blocks of their own, with all their steps in turn."""
    code = """
async def step(work):
    async with no_lost_context():
        await asyncio.sleep(0)
        await work()
        await asyncio.sleep(0)

async def main():
    results = await asyncio.gather(
        step(keep_async), step(lose_async), step(keep_async), return_exceptions=True
    )
    print(*[type(result).__name__ for result in results])

asyncio.run(main())
"""
    assert output(code) == "NoneType LostContextError NoneType\n"


def test_joins_an_agent_that_is_on() -> None:
    code = """
import ctxwatch
ctxwatch.install()
attempt(lambda: no_lost_context()(lose)())
lose()
"""
    result = run_program(PREAMBLE + code, via="switch", env={"CTXWATCH": None})
    assert result.stdout == "lost CTX102\n"
    assert [found["count"] for found in result.findings] == [1]
    assert [found["count"] for found in result.summary["findings"]] == [2]


def test_does_nothing_where_ctxwatch_is_switched_off() -> None:
    assert output("attempt(lambda: no_lost_context()(lose)())", CTXWATCH="0") == "ok None\n"
