"""Who led to the unit that runs here: what is kept, what is let go, and where it is found."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import HANG, environment
from values import crossing, span_context, spot

from ctxwatch import lineage, units
from ctxwatch.model import Crossing, Kind, Verdict


@pytest.fixture(autouse=True)
def _nothing_left_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(units, "tasks_carry", False)
    yield
    lineage.forget()


def arrived(
    verdict: Verdict, parent: Crossing | None = None, *, provisional: bool = False
) -> Crossing:
    """Return a crossing with *verdict* after `lineage.arrived` has looked at it."""
    made = crossing(parent=parent, verdict=verdict)
    made.loss = None
    made.provisional = provisional
    lineage.arrived(made)
    return made


def test_a_lost_crossing_explains_itself() -> None:
    lost = arrived(Verdict.LOST)
    assert lost.loss is lost


def test_an_empty_crossing_inherits_the_loss() -> None:
    lost = arrived(Verdict.LOST)
    behind = arrived(Verdict.EMPTY, arrived(Verdict.EMPTY, lost))
    assert behind.loss is lost
    assert [hop.verdict for hop in behind.chain()] == [Verdict.EMPTY, Verdict.EMPTY, Verdict.LOST]


def test_an_empty_crossing_that_nothing_led_to_has_no_loss() -> None:
    assert arrived(Verdict.EMPTY).loss is None


@pytest.mark.parametrize(
    "verdict", [Verdict.KEPT, Verdict.RESCUED, Verdict.STALE, Verdict.LEAKED, Verdict.DETACHED]
)
def test_a_crossing_with_nothing_to_explain_lets_its_past_go(verdict: Verdict) -> None:
    after = arrived(verdict, arrived(Verdict.LOST))
    assert after.loss is None
    assert after.parent is None


def test_a_provisional_verdict_counts_as_a_loss_until_it_is_settled() -> None:
    """The `run` of a Thread subclass comes before the target that gets the context."""
    rescued = arrived(Verdict.RESCUED, provisional=True)
    assert rescued.loss is rescued


def test_a_provisional_verdict_without_a_span_to_lose_is_no_loss() -> None:
    made = crossing(Kind.THREAD, verdict=Verdict.EMPTY)
    made.origin = spot(None)
    made.loss, made.provisional = None, True
    lineage.arrived(made)
    assert made.loss is None


def test_a_second_loss_begins_a_lineage_of_its_own() -> None:
    first = arrived(Verdict.LOST)
    made = crossing(parent=first, verdict=Verdict.LOST)
    made.origin = spot(span_context())
    lineage.arrived(made)
    assert made.loss is made
    assert list(made.chain()) == [made]


@pytest.mark.parametrize("hops", [1, 2, Crossing.LONGEST - 1, Crossing.LONGEST, 17, 18, 500])
def test_a_chain_stays_bounded_and_ends_at_its_loss(hops: int) -> None:
    """A timer that starts the next timer, or a task the next task, for as long as the server runs.

    What was cut out of the middle is not kept alive either.
    """
    loss = last = arrived(Verdict.LOST)
    alive = [weakref.ref(loss)]
    for _ in range(hops):
        last = arrived(Verdict.EMPTY, last)
        alive.append(weakref.ref(last))
    chain = list(last.chain())
    assert chain[0] is last
    assert chain[-1] is loss
    assert len(chain) <= Crossing.LONGEST + 1
    if hops <= Crossing.LONGEST:
        assert len(chain) == hops + 1
    del chain
    gc.collect()
    assert sum(ref() is not None for ref in alive) <= Crossing.LONGEST + 1


def test_a_thread_finds_what_led_to_it() -> None:
    lost = arrived(Verdict.LOST)
    before = lineage.enter_thread(lost)
    assert before is None
    assert lineage.any_here()
    assert lineage.here() is lost
    lineage.leave_thread(before)
    assert lineage.here() is None
    assert not lineage.any_here()


def test_another_thread_does_not() -> None:
    lineage.enter_thread(arrived(Verdict.LOST))
    seen = []
    thread = threading.Thread(target=lambda: seen.append(lineage.here()))
    thread.start()
    thread.join()
    assert seen == [None]


def test_work_inside_work_comes_first_and_is_undone() -> None:
    """A pool's worker thread has a lineage, and so has the item that it runs."""
    outer, inner = arrived(Verdict.LOST), arrived(Verdict.LOST)
    lineage.enter_thread(outer)
    before = lineage.enter_thread(inner)
    assert lineage.here() is inner
    lineage.leave_thread(before)
    assert lineage.here() is outer


def test_work_whose_context_arrived_hides_what_stood_there() -> None:
    outer = arrived(Verdict.LOST)
    lineage.enter_thread(outer)
    before = lineage.enter_thread(arrived(Verdict.KEPT))
    assert lineage.here() is None
    lineage.leave_thread(before)
    assert lineage.here() is outer


def test_a_loop_in_the_thread_hides_the_thread() -> None:
    """What the thread was started for says nothing about a request that the loop took in."""
    lineage.enter_thread(arrived(Verdict.LOST))
    seen = []

    async def main() -> None:
        done = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: (seen.append(lineage.here()), done.set()))
        await done.wait()
        seen.append(lineage.here())

    asyncio.run(main())
    assert seen == [None, None]


def test_a_task_finds_what_led_to_it_and_its_neighbour_does_not() -> None:
    lost = arrived(Verdict.LOST)
    units.watch_tasks()

    async def look() -> Crossing | None:
        await asyncio.sleep(0)
        return lineage.here()

    async def main() -> list[Crossing | None]:
        def create() -> object:
            return asyncio.get_running_loop().create_task(look())

        task = lineage.call_with_task(lost, create)
        assert isinstance(task, asyncio.Task)
        return [await task, await asyncio.create_task(look()), lineage.here()]

    assert asyncio.run(main()) == [lost, None, None]


def eager_task_finds_it_before_it_has_a_name() -> None:
    """It runs up to its first await inside `create_task`, also one inside another."""
    outer, inner = arrived(Verdict.LOST), arrived(Verdict.LOST)
    units.watch_tasks()

    async def look(*, nested: bool = False) -> list[Crossing | None]:
        seen = [lineage.here()]
        if nested:
            task = lineage.call_with_task(inner, lambda: asyncio.create_task(look()))
            assert isinstance(task, asyncio.Task)
            seen += [*await task, lineage.here()]
        return seen

    async def main() -> tuple[list[Crossing | None], Crossing | None]:
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        task = lineage.call_with_task(outer, lambda: asyncio.create_task(look(nested=True)))
        assert isinstance(task, asyncio.Task)
        return await task, lineage.here()

    assert asyncio.run(main()) == ([outer, inner, outer], None)


if sys.version_info >= (3, 12):  # eager tasks came with it
    test_an_eager_task_finds_it_before_it_has_a_name = eager_task_finds_it_before_it_has_a_name


def test_a_task_that_cannot_be_made_leaves_nothing() -> None:
    def fail() -> object:
        raise RuntimeError("no loop")

    with pytest.raises(RuntimeError, match="no loop"):
        lineage.call_with_task(arrived(Verdict.LOST), fail)
    assert lineage._eager == {}


def test_forget_drops_every_lineage() -> None:
    lineage.enter_thread(arrived(Verdict.LOST))
    lineage.forget()
    assert lineage.here() is None


FORK = """
import os, threading
from values import crossing, root
from ctxwatch import lineage
from ctxwatch.model import Kind, Verdict

here, there = crossing(Kind.THREAD, running=True), crossing(Kind.THREAD, running=True)
here.roots, there.roots = [root(here)], [root(there)]
entered, leave = threading.Event(), threading.Event()

def other():
    lineage.enter_thread(there)
    entered.set()
    leave.wait()

threading.Thread(target=other, daemon=True).start()
entered.wait()
lineage.enter_thread(here)
pid = os.fork()
if pid == 0:
    kept = list(lineage._threads.values())
    ours = kept == [here] and lineage.here() is here
    os._exit(0 if ours and here.roots is None and not here.running else 1)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
assert here.running and len(here.roots) == 1 and len(lineage._threads) == 2
leave.set()
print("done")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork is POSIX's")
def test_a_forked_child_keeps_the_lineage_of_the_thread_that_forked() -> None:
    """The other threads are gone; the roots that wait are the parent's to decide about."""
    env = environment()
    env["PYTHONPATH"] += os.pathsep + str(Path(__file__).parent)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK],
        env=env,
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("done\n", "")
