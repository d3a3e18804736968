"""The agent, judged by the programs: each fault named at its line, and nothing else said."""

from __future__ import annotations

import pytest
from programs.catalogue import BROKEN, HEALTHY, INSTRUMENTORS, ROOT, UNSEEN, Fault, Program
from support import Record, Result, run_program

#: What became of the span on the hop that a finding names, by the finding's family.
VERDICTS = {
    "parent_lost": {"lost"},
    "parent_stale": {"stale", "leaked"},
    "parent_leaked": {"stale", "leaked"},
    "parent_missing": {"kept"},
    "late_child": {"kept", "rescued"},
    "entry_without_carrier": {"lost"},
}


def ways(programs: list[Program], *, named_in_header: bool) -> list[object]:
    """Pair the programs that run here with the instrumentors under which their header holds."""
    return [
        pytest.param(program, instrumentors, id=f"{program.name}-{instrumentors}")
        for program in programs
        for instrumentors in INSTRUMENTORS
        if program.runs_here() and (instrumentors in program.instrumentors) == named_in_header
    ]


def watch(program: Program, instrumentors: str, *, level: str | None = None) -> Result:
    """Run the program under the agent, with the settings of its header."""
    return run_program(
        program.path, instrumentors=instrumentors, level=level, env={**program.settings}
    )


def same_problem(findings: list[Record]) -> list[Record]:
    """Return the first record of each fingerprint: a later one is a count of the same."""
    first: dict[str, Record] = {}
    for finding in findings:
        first.setdefault(finding["fingerprint"], finding)
    return list(first.values())


def identity(span: Record | None) -> tuple[str, str] | None:
    """Return the ids of a span, as the program or the agent tells them."""
    return (span["trace_id"], span["span_id"]) if span else None


def is_late(finding: Record, result: Result) -> bool:
    """Whether the program's own clock says that the span began after its own parent had ended."""
    (span,) = (span for span in result.spans if identity(span) == identity(finding))
    parents = [other for other in result.spans if other["span_id"] == span["parent_id"]]
    return (
        finding["family"] == "late_child"
        and [identity(parent) for parent in parents] == [identity(finding["actual_parent"])]
        and span["started"] >= parents[0]["ended"]
    )


def check_fault(finding: Record, fault: Fault, program: Program, result: Result) -> None:
    """Compare a finding with the marks in the program and with the program's own spans."""
    story = str(result)
    path = str(program.path)
    severity = "info" if fault.family == "late_child" else "warning"

    assert finding["family"] == fault.family, story
    assert (finding["severity"], finding["level"]) == (severity, severity), story
    assert finding["boundary"] == fault.boundary, story
    where = (finding["code.file.path"], finding["code.line.number"])
    assert where == (path, fault.line), story
    if fault.started_in is not None:
        assert finding["span_file"].endswith(fault.started_in), story
    else:
        assert (finding["span_file"], finding["span_line"]) == (path, fault.orphan_line), story
    check_parents(finding, fault, result)
    check_hops(finding, fault, program, story)
    if fault.inherited_line is not None:
        inherited = finding["inherited"]
        assert (inherited["file"], inherited["line"]) == (path, fault.inherited_line), story
    assert finding["cause"], story
    assert finding["remedy"]["text"], story


def check_parents(finding: Record, fault: Fault, result: Result) -> None:
    """Check the flagged span, the parent that it has and the one that it should have."""
    story = str(result)
    actual, expected = finding["actual_parent"], finding["expected_parent"]
    spans = {identity(span): span for span in result.span(fault.orphan)}
    assert identity(finding) in spans, story
    parent_id = spans[identity(finding)]["parent_id"]
    assert (actual["span_id"] if actual else None) == parent_id, story
    assert (actual["name"] if actual else ROOT) == fault.actual_parent, story
    assert (expected["name"] if expected else ROOT) in fault.expected_parents, story
    if fault.family == "parent_missing":
        assert expected == actual, story
    elif expected:
        (parent,) = result.span(expected["name"])
        assert identity(expected) == identity(parent), story


def check_hops(finding: Record, fault: Fault, program: Program, story: str) -> None:
    """Check that the chain starts where the context went wrong and ends at the orphan's unit."""
    # A runner makes a task of its coroutine, so it may stand between two hops of the header.
    runners = {"asyncio.run", "uvloop.run"}
    hops = [hop for hop in finding["hops"] if hop["boundary"] not in runners]
    assert [hop["boundary"] for hop in hops] == fault.hops, story
    # A server's connections are handed over by nobody, so there is nothing to judge. What a loop
    # calls for them is given the context in which it was added.
    served = fault.expected_parents == [ROOT]
    assert hops[0]["verdict"] in ({None, "kept"} if served else VERDICTS[fault.family]), story
    assert (hops[0]["file"], hops[0]["line"]) == (str(program.path), fault.line), story
    assert {hop["verdict"] for hop in hops[1:]} <= {"empty"}, story


def check_count(finding: Record, fault: Fault, result: Result) -> None:
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
    assert counts == [len(result.span(fault.orphan))] * len(summaries), str(result)


@pytest.mark.parametrize(("program", "instrumentors"), ways(BROKEN, named_in_header=True))
def test_each_fault_is_found_once_and_named(program: Program, instrumentors: str) -> None:
    """One finding a fault, with the line, the boundary, the spans and the hops.

    Whatever else is said is a late child that is one. The program does as it does
    alone: the watch mends nothing and breaks nothing.
    """
    result = watch(program, instrumentors)
    alone = run_program(program.path, instrumentors=instrumentors, via="bare")
    assert result.stdout == alone.stdout, str(result)
    orphans = {fault.orphan for fault in program.faults}
    found = same_problem(result.of_kind("finding"))
    others = [finding for finding in found if finding["span_name"] not in orphans]
    assert all(is_late(finding, result) for finding in others), str(result)
    assert len(found) - len(others) == len(program.faults), str(result)
    for fault in program.faults:
        (finding,) = (item for item in found if item["span_name"] == fault.orphan)
        check_fault(finding, fault, program, result)
        check_count(finding, fault, result)


@pytest.mark.parametrize(("program", "instrumentors"), ways(BROKEN, named_in_header=False))
def test_under_the_other_instrumentors(program: Program, instrumentors: str) -> None:
    """The crossing that bare Python would have lost is called rescued, and is no finding.

    What they do not carry is still lost, at the last hop of the chain.
    """
    result = watch(program, instrumentors, level="debug")
    rescued = {
        (record["boundary"], record["code.line.number"])
        for record in result.snapshots
        if record["side"] == "arrival" and record["verdict"] == "rescued"
    }
    for fault in program.faults:
        if fault.family == "parent_lost":
            assert (fault.boundary, fault.line) in rescued, str(result)
    # A thread that begins after the request has ended may be a worker: a root proves nothing.
    proven = program.still_lost and not program.unproven
    left = [program.faults[-1].hops[-1]] if proven else []
    found = same_problem(result.findings)
    assert [finding["boundary"] for finding in found] == left, str(result)


@pytest.mark.parametrize(("program", "instrumentors"), ways(HEALTHY, named_in_header=True))
def test_a_healthy_program_hears_nothing(program: Program, instrumentors: str) -> None:
    """No finding, but late children that are late; the output is the program's own."""
    result = watch(program, instrumentors)
    assert result.stdout.splitlines() == program.tree, str(result)
    assert "Traceback" not in result.stderr, str(result)
    late = result.of_kind("finding")
    assert all(is_late(finding, result) for finding in late), str(result)
    assert program.path.name not in result.stderr or late, str(result)


@pytest.mark.parametrize(("program", "instrumentors"), ways(UNSEEN, named_in_header=True))
def test_what_cannot_be_known_is_not_guessed(program: Program, instrumentors: str) -> None:
    """Broken, as another test measures, but by nothing that the agent can be certain of."""
    result = watch(program, instrumentors)
    assert result.summary, str(result)
    assert result.of_kind("finding") == [], str(result)
