"""The programs without the agent: the broken ones are broken, the healthy ones whole."""

from __future__ import annotations

import pytest
from programs.catalogue import BROKEN, HEALTHY, INSTRUMENTORS, Program
from support import run_program

EVERY_WAY = [
    pytest.param(program, instrumentors, id=f"{program.name}-{instrumentors}")
    for program in BROKEN
    for instrumentors in INSTRUMENTORS
    if program.runs_here()
]
HEALTHY_WAYS = [
    pytest.param(program, instrumentors, id=f"{program.name}-{instrumentors}")
    for program in HEALTHY
    for instrumentors in program.instrumentors
    if program.runs_here()
]


@pytest.mark.parametrize(("program", "instrumentors"), EVERY_WAY)
def test_a_broken_program_loses_its_parents(program: Program, instrumentors: str) -> None:
    """Under the instrumentors of its header an orphan is a root; under others it is not."""
    result = run_program(program.path, instrumentors=instrumentors, via="bare")
    lost = program.still_lost or instrumentors in program.instrumentors
    for loss in program.losses:
        orphans, parents = result.span(loss.orphan), result.span(loss.expected_parent)
        assert orphans, str(result)
        assert len(parents) == 1, str(result)
        expected = None if lost else parents[0]["span_id"]
        assert {orphan["parent_id"] for orphan in orphans} == {expected}, str(result)
    assert result.stderr == ""


@pytest.mark.parametrize(("program", "instrumentors"), HEALTHY_WAYS)
def test_a_healthy_program_has_its_tree(program: Program, instrumentors: str) -> None:
    """Every span has the parent that the header names."""
    result = run_program(program.path, instrumentors=instrumentors, via="bare")
    assert result.stdout.splitlines() == program.tree, str(result)
    assert result.stderr == ""


def test_every_broken_program_has_a_healthy_twin() -> None:
    """A fault is only understood once the same program without it is there."""
    assert {program.name for program in BROKEN} <= {program.name for program in HEALTHY}


def test_there_are_enough_controls() -> None:
    """Programs that are nobody's twin: roots that are meant to be roots, and contexts kept."""
    controls = {program.name for program in HEALTHY} - {program.name for program in BROKEN}
    assert len(controls) >= 30
