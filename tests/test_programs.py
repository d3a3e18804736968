"""The agent, judged by the programs: each loss named at its line, and nothing else said."""

from __future__ import annotations

import pytest
from programs.catalogue import BROKEN, HEALTHY, INSTRUMENTORS, Loss, Program
from support import Record, Result, run_program


def ways(programs: list[Program], *, named_in_header: bool) -> list[object]:
    """Pair the programs that run here with the instrumentors under which their header holds."""
    return [
        pytest.param(program, instrumentors, id=f"{program.name}-{instrumentors}")
        for program in programs
        for instrumentors in INSTRUMENTORS
        if program.runs_here() and (instrumentors in program.instrumentors) == named_in_header
    ]


def same_problem(findings: list[Record]) -> list[Record]:
    """Return the first record of each fingerprint: a later one is a count of the same."""
    first: dict[str, Record] = {}
    for finding in findings:
        first.setdefault(finding["fingerprint"], finding)
    return list(first.values())


def identity(span: Record | None) -> tuple[str, str] | None:
    """Return the ids of a span, as the program or the agent tells them."""
    return (span["trace_id"], span["span_id"]) if span else None


def check_loss(finding: Record, loss: Loss, program: Program, result: Result) -> None:
    """Compare a finding with the marks in the program and with the program's own spans."""
    story = str(result)
    path = str(program.path)
    (parent,) = result.span(loss.expected_parent)
    orphans = [identity(span) for span in result.span(loss.orphan)]

    assert finding["family"] == "parent_lost", story
    assert finding["level"] == "warning", story
    assert finding["boundary"] == loss.boundary, story
    where = (finding["code.file.path"], finding["code.line.number"])
    assert where == (path, loss.lost_line), story
    assert (finding["span_file"], finding["span_line"]) == (path, loss.orphan_line), story
    assert finding["span_name"] == loss.orphan, story
    assert identity(finding) in orphans, story
    assert finding["actual_parent"] is None, story
    assert finding["expected_parent"]["name"] == loss.expected_parent, story
    assert identity(finding["expected_parent"]) == identity(parent), story
    check_hops(finding, loss, program, story)
    assert finding["cause"], story
    assert finding["remedy"]["text"], story


def check_hops(finding: Record, loss: Loss, program: Program, story: str) -> None:
    """Check that the chain starts where the context was lost and ends at the orphan's unit."""
    # A runner makes a task of its coroutine, so it may stand between two hops of the header.
    runners = {"asyncio.run", "uvloop.run"}
    hops = [hop for hop in finding["hops"] if hop["boundary"] not in runners]
    assert [hop["boundary"] for hop in hops] == loss.hops, story
    assert hops[0]["verdict"] == "lost", story
    assert (hops[0]["file"], hops[0]["line"]) == (str(program.path), loss.lost_line), story
    assert {hop["verdict"] for hop in hops[1:]} <= {"empty"}, story


def check_count(finding: Record, loss: Loss, result: Result) -> None:
    """Check that the summary of the finding's process counts every orphan.

    A multiprocessing child ends without atexit, so it need not have a summary.
    """
    assert result.summary, str(result)
    summaries = [item for item in result.of_kind("summary") if item["pid"] == finding["pid"]]
    counts = [
        item["count"]
        for summary in summaries
        for item in summary["findings"]
        if item["fingerprint"] == finding["fingerprint"]
    ]
    assert counts == [len(result.span(loss.orphan))] * len(summaries), str(result)


@pytest.mark.parametrize(("program", "instrumentors"), ways(BROKEN, named_in_header=True))
def test_each_loss_is_found_once_and_named(program: Program, instrumentors: str) -> None:
    """One finding a loss, with the line, the boundary, both spans and the hops.

    The program does as it does alone: the watch mends nothing and breaks nothing.
    """
    result = run_program(program.path, instrumentors=instrumentors)
    alone = run_program(program.path, instrumentors=instrumentors, via="bare")
    assert result.stdout == alone.stdout, str(result)
    found = same_problem(result.findings)
    assert len(found) == len(program.losses), str(result)
    for loss in program.losses:
        (finding,) = (item for item in found if item["span_name"] == loss.orphan)
        check_loss(finding, loss, program, result)
        check_count(finding, loss, result)


@pytest.mark.parametrize(("program", "instrumentors"), ways(BROKEN, named_in_header=False))
def test_what_the_instrumentors_carry_is_rescued(program: Program, instrumentors: str) -> None:
    """No finding, and the crossing that bare Python would have lost is called rescued."""
    result = run_program(program.path, instrumentors=instrumentors, level="debug")
    rescued = {
        (record["boundary"], record["code.line.number"])
        for record in result.snapshots
        if record["side"] == "arrival" and record["verdict"] == "rescued"
    }
    for loss in program.losses:
        assert (loss.boundary, loss.lost_line) in rescued, str(result)
    # The one hop that they do not carry is then the first to lose.
    left = [program.losses[-1].hops[-1]] if program.still_lost else []
    found = same_problem(result.findings)
    assert [finding["boundary"] for finding in found] == left, str(result)


@pytest.mark.parametrize(("program", "instrumentors"), ways(HEALTHY, named_in_header=True))
def test_a_healthy_program_hears_nothing(program: Program, instrumentors: str) -> None:
    """No finding; the program's output is its own; a summary at most, which names no line."""
    result = run_program(program.path, instrumentors=instrumentors)
    assert result.findings == [], str(result)
    assert result.stdout.splitlines() == program.tree, str(result)
    assert "Traceback" not in result.stderr, str(result)
    assert {found["family"] for found in result.late} <= {"late_child"}, str(result)
    assert program.path.name not in result.stderr or result.late, str(result)
