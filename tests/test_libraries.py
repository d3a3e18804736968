"""Real libraries, each at a pinned version in an environment of its own.

``python3 dev.py libraries`` makes the environments and runs this; see `collect_ignore`
in conftest.py. What a library does to the context is measured without the agent first,
so that a new version which mends it cannot pass for a finding.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from programs.catalogue import ROOT, Program, read
from support import Result, run_program
from test_programs import check_count, check_fault, is_late, same_problem

from dev import interpreter_of

LIBRARIES = sorted(path.parent for path in Path(__file__).parent.glob("libraries/*/*.txt"))


def ways(name: str) -> list[object]:
    """Pair every library's program of that name with the instrumentors of its header."""
    return [
        pytest.param(program, instrumentors, id=f"{program.path.parent.name}-{instrumentors}")
        for program in [read(library / f"{name}.py") for library in LIBRARIES]
        for instrumentors in program.instrumentors
        if program.runs_here()
    ]


def run(program: Program, instrumentors: str, via: str) -> Result:
    """Run the program with its library's interpreter."""
    python = interpreter_of(f"library-{program.path.parent.name}")
    return run_program(program.path, instrumentors=instrumentors, python=str(python), via=via)


def parents(result: Result, name: str) -> set[str]:
    """Return the names of the parents that the spans called *name* have, as exported."""
    names = {span["span_id"]: span["name"] for span in result.spans}
    return {names[span["parent_id"]] if span["parent_id"] else ROOT for span in result.span(name)}


@pytest.mark.parametrize(("program", "instrumentors"), ways("broken"))
def test_what_is_broken_is_named(program: Program, instrumentors: str) -> None:
    """One finding a fault, at the user's line, for the very parent that was measured."""
    alone = run(program, instrumentors, "bare")
    for fault in program.faults:
        assert parents(alone, fault.orphan) == {fault.actual_parent}, str(alone)
    result = run(program, instrumentors, "run")
    assert result.stdout == alone.stdout, str(result)
    found = same_problem(result.findings)
    assert len(found) == len(program.faults), str(result)
    for fault in program.faults:
        (finding,) = (item for item in found if item["span_name"] == fault.orphan)
        check_fault(finding, fault, program, result)
        check_count(finding, fault, result)


@pytest.mark.parametrize(("program", "instrumentors"), ways("healthy"))
def test_what_is_healthy_hears_nothing(program: Program, instrumentors: str) -> None:
    """No finding where the exporter has every span under the parent that its header names."""
    alone = run(program, instrumentors, "bare")
    assert len(alone.spans) == len(program.tree), str(alone)
    assert alone.stdout.splitlines()[-len(program.tree) :] == program.tree, str(alone)
    result = run(program, instrumentors, "run")
    assert result.stdout == alone.stdout, str(result)
    assert "Traceback" not in result.stderr, str(result)
    late = result.of_kind("finding")
    assert all(is_late(finding, result) for finding in late), str(result)


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.name)
def test_versions_are_pinned(library: Path) -> None:
    """A finding that comes or goes is then ctxwatch's doing, not that of a new release."""
    for line in (library / "requirements.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", line), line
