"""What is written of a hand-off that goes wrong again and again."""

from __future__ import annotations

from collections import Counter

import pytest
from support import run_program

from ctxwatch.model import Crossing, Kind, Place, Site, Spot, Verdict
from ctxwatch.reporter import limits
from ctxwatch.reporter.limits import Limits


class Clock:
    """Stands for `time.monotonic`; `now` is in seconds."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that the limits look at."""
    found = Clock()
    monkeypatch.setattr(limits, "time", found)
    return found


def crossing(line: int = 0, verdict: Verdict = Verdict.LOST) -> Crossing:
    """A crossing with *verdict*; *line* tells lines apart."""
    site = Site(Place(crossing.__code__, line), None, None)
    made = Crossing(1, "queue.put", Kind.QUEUED, Spot(None, None, None, 0, 1, 1, None, None), site)
    made.verdict = verdict
    return made


def allowed(found: Limits, count: int, line: int = 0, verdict: Verdict = Verdict.LOST) -> int:
    """How many of *count* crossings at *line* are written."""
    return sum(found.allow(crossing(line, verdict)) for _ in range(count))


def test_the_first_few_of_a_line(clock: Clock) -> None:
    """The rest of its window is counted, and the next window begins anew."""
    found = Limits()
    assert allowed(found, 50) == limits.PER_SITE
    assert found.held_back == 50 - limits.PER_SITE
    clock.now += limits.WINDOW - 0.1
    assert allowed(found, 1) == 0
    clock.now += 0.1
    assert allowed(found, 50) == limits.PER_SITE


@pytest.mark.usefixtures("clock")
def test_lines_and_verdicts_have_allowances_of_their_own() -> None:
    """What goes wrong differently at one line is news."""
    found = Limits()
    assert allowed(found, 50, line=0) == limits.PER_SITE
    assert allowed(found, 50, line=2) == limits.PER_SITE
    assert allowed(found, 50, line=2, verdict=Verdict.STALE) == limits.PER_SITE


def test_so_many_in_one_second(clock: Clock) -> None:
    """Of all lines together; what was held back does not use up a line's allowance."""
    found = Limits()
    lines = range(limits.PER_SECOND + 5)
    assert sum(allowed(found, 1, line) for line in lines) == limits.PER_SECOND
    assert found.held_back == 5
    clock.now += 1
    assert allowed(found, 50, line=lines[-1]) == limits.PER_SITE


def test_so_many_in_all(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then none, however long it takes."""
    monkeypatch.setattr(limits, "IN_TOTAL", 25)
    found = Limits()
    written = 0
    for _ in range(10):
        written += allowed(found, 10)
        clock.now += limits.WINDOW
    assert written == 25
    assert found.held_back == 75


@pytest.mark.usefixtures("clock")
def test_lines_beyond_the_bound_share_one_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines that are known keep theirs."""
    monkeypatch.setattr(limits, "MOST_SITES", 3)
    found = Limits()
    for line in range(3):
        assert allowed(found, 1, line) == 1
    assert sum(allowed(found, 1, line) for line in range(3, 53)) == limits.PER_SITE
    assert allowed(found, 50, line=0) == limits.PER_SITE - 1


LOSSES = 50
PROGRAM = f"""\
import threading
from tracing import tracer

def work():
    with tracer.start_as_current_span("work"):
        pass

for _ in range({LOSSES}):
    with tracer.start_as_current_span("request"):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
"""


def test_a_loop_that_loses_at_one_line() -> None:
    """Both sides of the first few, the rest as a number, and every repeat of the finding."""
    result = run_program(PROGRAM)
    sides = Counter(record["side"] for record in result.snapshots)
    assert sides == {"origin": limits.PER_SITE, "arrival": limits.PER_SITE}
    assert result.summary["held_back"] == LOSSES - limits.PER_SITE
    assert result.summary["crossings"] == {"threading.Thread.start": {"lost": LOSSES}}
    (finding,) = result.summary["findings"]
    assert finding["count"] == LOSSES


def test_level_debug_has_no_limits() -> None:
    """It writes both sides of all of them."""
    result = run_program(PROGRAM, level="debug")
    assert Counter(record["side"] for record in result.snapshots) == {
        "origin": LOSSES,
        "arrival": LOSSES,
    }
    assert result.summary["held_back"] == 0
