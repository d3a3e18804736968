"""The agent's own errors: counted, told once, and never the program's problem."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support import run_program

from ctxwatch import guard


@pytest.fixture(autouse=True)
def _own_probes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test has probes and listeners of its own, and no strictness."""
    monkeypatch.setattr(guard, "_probes", [])
    monkeypatch.setattr(guard, "_listeners", [])
    monkeypatch.delenv("CTXWATCH_STRICT", raising=False)
    return


def fail(probe: guard.Probe, text: str = "span") -> None:
    """Do as a patched function does when its own part fails."""
    try:
        getattr(probe, text)
    except AttributeError:
        probe.failed()


def test_a_probe_starts_on() -> None:
    probe = guard.Probe("Thread.start")
    assert (probe.name, probe.on, probe.errors) == ("Thread.start", True, 0)


def test_the_fifth_error_switches_it_off() -> None:
    probe = guard.Probe("Thread.start")
    for number in range(1, 5):
        fail(probe)
        assert (probe.on, probe.errors) == (True, number)
    fail(probe)
    assert not probe.on


def test_other_probes_stay_on() -> None:
    broken, sound = guard.Probe("Thread.start"), guard.Probe("Timer.start")
    for _ in range(guard.LIMIT):
        fail(broken)
    assert sound.on
    assert sound.errors == 0


def test_it_is_told_once_with_the_last_error() -> None:
    """Errors that other threads were in the middle of come after it and are not told."""
    told = []
    guard.on_switched_off(lambda *what: told.append(what))
    probe = guard.Probe("Thread.start")
    for number in range(guard.LIMIT + 3):
        fail(probe, f"span_{number}")
    ((name, error),) = told
    assert name == "Thread.start"
    assert error.startswith("AttributeError: ")
    assert "span_4" in error


def test_nobody_is_told_after_forget() -> None:
    told = []
    guard.on_switched_off(lambda *what: told.append(what))
    guard.forget_listeners()
    probe = guard.Probe("Thread.start")
    for _ in range(guard.LIMIT):
        fail(probe)
    assert told == []
    assert not probe.on


def test_strict_raises_the_error_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTXWATCH_STRICT", "1")
    probe = guard.Probe("Thread.start")
    with pytest.raises(AttributeError, match="span"):
        fail(probe)
    assert (probe.on, probe.errors) == (True, 0)


def test_all_can_be_switched_off_and_on_again() -> None:
    """`uninstall` and `install`: a probe that was switched off gets another chance."""
    broken, sound = guard.Probe("Thread.start"), guard.Probe("Timer.start")
    for _ in range(guard.LIMIT):
        fail(broken)
    guard.switch_all(on=False)
    assert (broken.on, sound.on) == (False, False)
    guard.switch_all(on=True)
    assert (broken.on, sound.on) == (True, True)
    assert broken.errors == 0


#: Hands work over seven times at every boundary, with an agent that fails on each.
PROGRAM = """
import asyncio, threading
from concurrent.futures import ThreadPoolExecutor
from tracing import tracer
import ctxwatch.crossings, ctxwatch.lines

def broken(*args, **kwargs):
    raise RuntimeError("broken probe")

ctxwatch.{name} = broken
done = []

async def task(number):
    return number

async def tasks():
    return [await asyncio.create_task(task(number)) for number in range(7)]

with tracer.start_as_current_span("POST /orders"):
    for number in range(7):
        timer = threading.Timer(0, done.append, (number,))
        timer.start()
        timer.join()
    with ThreadPoolExecutor(1) as pool:
        pooled = [pool.submit(str, number).result() for number in range(7)]
    print(done, pooled, asyncio.run(tasks()))
"""

RIGHT = f"{list(range(7))} {[str(number) for number in range(7)]} {list(range(7))}\n"


@pytest.mark.parametrize(
    ("name", "probes"),
    [
        ("crossings.depart", {"threading.Thread.start"}),
        ("lines.Lines.note", {"ThreadPoolExecutor.submit", "loop.create_task"}),
        (
            "crossings.judge_arrival",
            {"threading.Thread._bootstrap_inner", "concurrent.futures.thread._WorkItem.run"},
        ),
    ],
)
def test_the_program_does_its_work_while_the_agent_fails(name: str, probes: set[str]) -> None:
    """Each failing probe goes off and says so once; the program's calls all happen."""
    result = run_program(PROGRAM.format(name=name), env={"CTXWATCH_STRICT": None})
    assert result.stdout == RIGHT, str(result)
    assert "Traceback" not in result.stderr, str(result)
    notices = [record["event"] for record in result.of_kind("notice")]
    assert sorted(notices) == [
        f"the probe {probe} is switched off after 5 errors of its own, "
        "the last one: RuntimeError: broken probe"
        for probe in sorted(probes)
    ]


def test_strict_lets_the_program_feel_it() -> None:
    """So that no test of the agent passes over an error of the agent's."""
    result = run_program(PROGRAM.format(name="crossings.depart"), returncode=1)
    assert result.stdout == ""
    assert "RuntimeError: broken probe" in result.stderr


UNINSTALLED = """
import threading
from tracing import tracer
import ctxwatch
from ctxwatch import crossings

inner = threading.Thread.start
threading.Thread.start = lambda self: inner(self)
ctxwatch.uninstall()

def never(*args, **kwargs):
    raise SystemExit("the agent is still at work")

crossings.depart = never
thread = threading.Thread(target=print, args=("done",))
thread.start()
thread.join()
"""


def test_a_patch_that_cannot_be_taken_out_is_switched_off() -> None:
    assert run_program(UNINSTALLED).stdout == "done\n"
