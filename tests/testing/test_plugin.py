"""Markers, the fixture, and that a suite is otherwise what it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from suites import LOST_AT, Run

BOTH = """
from shop import keep, lose

def test_broken():
    lose()

def test_healthy():
    keep()
"""


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        ("", True),
        ("code='CTX102', ", True),
        ("code='CTX1*', ", True),
        ("code='CTX101', ", False),
        ("site='shop.py:lose', ", True),
        (f"site='{LOST_AT}', ", True),
        ("site='shop.py:l*', code='CTX102', ", True),
        ("site='shop.py:keep', ", False),
        ("site='shop.py:1', ", False),
        ("site='other.py:lose', ", False),
    ],
)
def test_allowed_by_marker(run: Run, arguments: str, *, allowed: bool) -> None:
    result = run(
        f"""
        import pytest
        from shop import lose

        @pytest.mark.allow_lost_context({arguments}reason="known")
        def test_broken():
            lose()
        """,
        "--ctxwatch",
        "--strict-markers",
    )
    result.assert_outcomes(passed=int(allowed), failed=int(not allowed))


@pytest.mark.parametrize(
    ("marker", "problem"),
    [
        ("allow_lost_context", "*missing 1 required keyword-only argument: 'reason'"),
        ("allow_lost_context(reason=' ')", "*reason= has to say why"),
        ("allow_lost_context('CTX102', reason='known')", "*positional argument*"),
        (
            "allow_lost_context(site='shop.py', reason='known')",
            "*site='shop.py' is not 'file:function' or 'file:line'",
        ),
        ("no_lost_context(wait='long')", "*could not convert string to float: 'long'"),
        ("no_lost_context(1)", "*positional argument*"),
    ],
)
def test_marker_that_cannot_be_understood(run: Run, marker: str, problem: str) -> None:
    result = run(
        f"""
        import pytest

        @pytest.mark.{marker}
        def test_marked():
            pass
        """
    )
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [f"ERROR: test_shop.py::test_marked: marker of ctxwatch: {problem}"]
    )


def test_marker_watches_its_test_alone(run: Run) -> None:
    """Without --ctxwatch; before and after, the process is as without ctxwatch."""
    result = run(
        """
        import sys
        import threading
        import pytest
        from shop import keep, lose

        start = threading.Thread.start

        def test_before():
            lose()

        @pytest.mark.no_lost_context
        def test_broken():
            assert threading.Thread.start is not start
            lose()

        @pytest.mark.no_lost_context(wait=5)
        def test_healthy():
            keep()

        def test_after():
            assert threading.Thread.start is start
            lose()
        """,
        "--strict-markers",
    )
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["FAILED *::test_broken - *CTX102*"])


def test_loads_nothing_unless_asked_for(run: Run) -> None:
    result = run(
        """
        import sys

        def test_modules():
            heavy = ("opentelemetry", "structlog", "asyncio", "ctxwatch.agent", "ctxwatch.recorder")
            assert not [name for name in heavy if name in sys.modules]
            assert "ctxwatch.testing.plugin" in sys.modules
        """,
        *("-p", "no:asyncio", "-p", "no:anyio", "-p", "no:xdist"),
    )
    result.assert_outcomes(passed=1)


ASSERTIONS = """
import contextvars
import pytest
from concurrent.futures import ThreadPoolExecutor
from ctxwatch.testing import LostContextError
from shop import charge, keep, lose, tracer

def test_healthy(ctxwatch):
    keep()
    ctxwatch.assert_no_orphans()
    ctxwatch.assert_child_of("charge", "order")
    ctxwatch.assert_single_root()
    assert [span.name for span in ctxwatch.spans] == ["order", "charge"]
    order, charge = ctxwatch.spans
    assert (charge.trace_id, charge.parent_id) == (order.trace_id, order.span_id)
    assert order.parent_id is None
    [crossing] = ctxwatch.crossings
    assert (crossing.boundary, crossing.verdict) == ("ThreadPoolExecutor.submit", "kept")
    assert crossing.site.place.function == "keep"

def test_spans_themselves(ctxwatch):
    with tracer.start_as_current_span("order") as order:
        with tracer.start_as_current_span("charge") as charge:
            pass
    ctxwatch.assert_child_of(charge, order)
    with pytest.raises(AssertionError):
        ctxwatch.assert_child_of(order, charge)

def test_broken(ctxwatch):
    lose()
    with pytest.raises(LostContextError, match="CTX102") as caught:
        ctxwatch.assert_no_orphans()
    assert [finding["code"] for finding in caught.value.findings] == ["CTX102"]
    with pytest.raises(AssertionError) as caught:
        ctxwatch.assert_child_of("charge", "order")
    assert str(caught.value) == (
        "'charge' is no child of 'order'. The spans that were started:\\n  order\\n  charge"
    )
    with pytest.raises(AssertionError, match="2 root spans instead of one"):
        ctxwatch.assert_single_root()

def test_one_of_two_children_is_an_orphan(ctxwatch):
    keep()
    lose()
    with pytest.raises(AssertionError, match="'charge' is no child of 'order'"):
        ctxwatch.assert_child_of("charge", "order")

def test_no_spans(ctxwatch):
    ctxwatch.assert_no_orphans()
    with pytest.raises(AssertionError, match="0 root spans instead of one. No span was started."):
        ctxwatch.assert_single_root()
    with pytest.raises(AssertionError, match="'charge' is no child of 'order'. No span"):
        ctxwatch.assert_child_of("charge", "order")

def test_renamed(ctxwatch):
    with tracer.start_as_current_span("GET") as span:
        span.update_name("GET /orders")
    assert [span.name for span in ctxwatch.spans] == ["GET /orders"]

@pytest.mark.no_lost_context(wait=60)
def test_work_in_flight(ctxwatch):
    with ThreadPoolExecutor(1) as pool:
        with tracer.start_as_current_span("order"):
            pool.submit(contextvars.copy_context().run, charge)
        ctxwatch.assert_child_of("charge", "order")
"""


@pytest.mark.parametrize("switch", [(), ("--ctxwatch",)], ids=["fixture alone", "--ctxwatch"])
def test_fixture(run: Run, switch: tuple[str, ...]) -> None:
    """What an assertion has raised does not fail the test again; what none raised does."""
    result = run(ASSERTIONS, *switch)
    failed = int(bool(switch))
    result.assert_outcomes(passed=7 - failed, failed=failed)
    if switch:
        result.stdout.fnmatch_lines(["FAILED *::test_one_of_two_children_is_an_orphan - *CTX102*"])


def test_own_failure_goes_first(run: Run) -> None:
    result = run(
        """
        import unittest
        import pytest
        from shop import lose

        def test_failing():
            lose()
            raise ValueError("its own")

        class ShopTest(unittest.TestCase):
            def test_unittest(self):
                lose()
                raise ValueError("its own")
        """,
        "--ctxwatch",
    )
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*Captured ctxwatch call*", "warning[[]CTX102[]]*"] * 2)
    result.stdout.fnmatch_lines(["FAILED * - ValueError: its own"] * 2)


def test_skipped_and_expected_to_fail(run: Run) -> None:
    result = run(
        """
        import pytest
        from shop import lose

        def test_skipped():
            lose()
            pytest.skip("not here")

        @pytest.mark.xfail(strict=True)
        def test_expected():
            lose()

        @pytest.mark.xfail(raises=ValueError, strict=True)
        def test_expected_for_its_own_reason():
            lose()
            raise ValueError
        """,
        "--ctxwatch",
    )
    result.assert_outcomes(skipped=1, xfailed=2)


@pytest.mark.parametrize("switch", ["1", None])
def test_log_is_written_as_without_the_plugin(
    run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, switch: str | None
) -> None:
    """An agent that is on already stays as it is; one that the plugin starts logs to a file."""
    if switch is not None:
        monkeypatch.setenv("CTXWATCH", switch)
    monkeypatch.setenv("CTXWATCH_INSTRUMENTORS", "none")
    monkeypatch.setenv("CTXWATCH_LOG_FILE", "log.jsonl")
    run(BOTH, "--ctxwatch", "-W", "error").assert_outcomes(passed=1, failed=1)
    lines = (pytester.path / "log.jsonl").read_text("utf-8").splitlines()
    kinds = [json.loads(line)["kind"] for line in lines]
    assert kinds.count("finding") == 1
    assert kinds.count("snapshot") == 2


def test_instrumentors_do_not_mend_what_is_tested(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(BOTH, "--ctxwatch").assert_outcomes(passed=1, failed=1)
    monkeypatch.setenv("CTXWATCH_INSTRUMENTORS", "threading")
    run(BOTH, "--ctxwatch").assert_outcomes(passed=2)


def test_switched_off_by_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTXWATCH", "0")
    result = run(BOTH + "\ndef test_fixture(ctxwatch):\n    assert 0\n", "--ctxwatch")
    result.assert_outcomes(passed=2, skipped=1)
    result.stdout.fnmatch_lines(["ctxwatch: off, as CTXWATCH=0 says"])


#: What other plugins and pytest itself make of a test: output, logs, warnings, exit codes.
ORDINARY = """
import logging
import sys
import unittest
import warnings
import pytest
from shop import keep

def test_output(capfd):
    keep()
    print("out")
    print("err", file=sys.stderr)
    assert tuple(capfd.readouterr()) == ("out\\n", "err\\n")

def test_no_warnings():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        keep()
    assert caught == []

def test_failing():
    keep()
    logging.getLogger("shop").warning("logged")
    print("shown")
    assert "kept" == "lost"

@pytest.mark.skip
def test_skipped():
    pass

@pytest.fixture
def failing():
    raise ValueError

def test_error(failing):
    pass

class ShopTest(unittest.TestCase):
    @unittest.expectedFailure
    def test_expected(self):
        keep()
        self.fail()

    def test_parts(self):
        with self.subTest("part"):
            keep()
"""


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("-W", "error"),
        ("-s",),
        ("-x",),
        ("-p", "no:terminal"),
        ("-p", "no:logging"),
        ("-p", "no:unittest"),
        ("--collect-only",),
        ("-k", "nothing"),
    ],
    ids=" ".join,
)
def test_suite_behaves_as_without(run: Run, args: tuple[str, ...]) -> None:
    without = run(ORDINARY, "-rA", *args)
    watched = run(ORDINARY, "-rA", "--ctxwatch", *args)
    assert watched.ret == without.ret
    assert comparable(watched) == comparable(without)
    assert watched.errlines == without.errlines


def comparable(result: pytest.RunResult) -> list[str]:
    """Return what pytest printed, without the time it took and the plugin's own header."""
    return [
        line.partition(" in ")[0].strip("= ") for line in result.outlines if line != "ctxwatch: on"
    ]


def test_no_temporary_file_stays(
    run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = Path(pytester.mkdir("temporary"))
    monkeypatch.setenv("TMPDIR", str(directory))
    run(BOTH, "--ctxwatch").assert_outcomes(passed=1, failed=1)
    assert list(directory.glob("ctxwatch-*")) == []
