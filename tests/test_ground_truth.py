"""The programs without the agent: the broken ones are broken, the healthy ones whole."""

from __future__ import annotations

import pytest
from programs.catalogue import BROKEN, HEALTHY, INSTRUMENTORS, ROOT, UNSEEN, Fault, Program
from support import Record, Result, run_program

EVERY_WAY = [
    pytest.param(program, instrumentors, id=f"{program.name}-{instrumentors}")
    for program in [*BROKEN, *UNSEEN]
    for instrumentors in INSTRUMENTORS
    if program.runs_here()
]
HEALTHY_WAYS = [
    pytest.param(program, instrumentors, id=f"{program.name}-{instrumentors}")
    for program in HEALTHY
    for instrumentors in program.instrumentors
    if program.runs_here()
]


def one(name: str, result: Result) -> Record:
    """Return the only span of that name."""
    found = result.span(name)
    assert len(found) == 1, f"{len(found)} spans {name!r}\n{result}"
    return found[0]


def ids_of(names: list[str], result: Result) -> set[str | None]:
    """Return the ids of the spans of these names, None for no parent at all."""
    return {None if name == ROOT else one(name, result)["span_id"] for name in names}


def check(fault: Fault, result: Result) -> None:
    """Compare what a fault's block says with what the program measured."""
    story = str(result)
    orphans = result.span(fault.orphan)
    parents = {orphan["parent_id"] for orphan in orphans}
    assert orphans, story
    if fault.family == "parent_missing":
        assert not result.span(fault.actual_parent), story
        assert parents.isdisjoint({None} | {span["span_id"] for span in result.spans}), story
        return
    expected = ids_of(fault.expected_parents, result)
    assert parents == ids_of([fault.actual_parent], result), story
    assert (expected == parents) is (fault.family == "late_child"), story
    if fault.family == "parent_lost":
        assert parents == {None}, story
    if fault.family == "late_child":
        ended = one(fault.actual_parent, result)["ended"]
        assert all(orphan["started"] >= ended for orphan in orphans), story
    if fault.family == "parent_leaked":
        assert len(orphans) > 1, story
    if fault.family == "entry_without_carrier":
        assert {orphan["kind"] for orphan in orphans} == {"CONSUMER"}, story


@pytest.mark.parametrize(("program", "instrumentors"), EVERY_WAY)
def test_a_broken_program_is_broken_as_it_says(program: Program, instrumentors: str) -> None:
    """Under the instrumentors of its header the orphan has the wrong parent; else as it says."""
    result = run_program(program.path, instrumentors=instrumentors, via="bare")
    assert result.stderr == ""
    for fault in program.faults:
        if instrumentors in program.instrumentors:
            check(fault, result)
        else:
            mended = {None} if program.still_lost else ids_of(fault.expected_parents, result)
            parents = {orphan["parent_id"] for orphan in result.span(fault.orphan)}
            assert parents == mended, str(result)


@pytest.mark.parametrize(("program", "instrumentors"), HEALTHY_WAYS)
def test_a_healthy_program_has_its_tree(program: Program, instrumentors: str) -> None:
    """Every span has the parent that the header names."""
    result = run_program(program.path, instrumentors=instrumentors, via="bare")
    assert result.stdout.splitlines() == program.tree, str(result)
    assert result.stderr == ""


def test_every_broken_program_has_a_healthy_twin() -> None:
    """A fault is only understood once the same program without it is there."""
    broken = {program.name for program in [*BROKEN, *UNSEEN]}
    assert broken <= {program.name for program in HEALTHY}


def test_there_are_enough_controls() -> None:
    """Programs that are nobody's twin: roots that are meant to be roots, and contexts kept."""
    broken = {program.name for program in [*BROKEN, *UNSEEN]}
    controls = {program.name for program in HEALTHY} - broken
    assert len(controls) >= 40
