"""What ctxwatch tells people to paste mends the program: one broken program a remedy.

A program names its remedy in its first line, uses the remedy's names (``work``,
``args``, ``pool``, ``items`` ...) and marks the lines that the remedy replaces.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from support import Record, Result, run_program

from ctxwatch import remedies

TEMPLATES = sorted((Path(__file__).parent / "remedies").glob("*.py"))
MAIN = 'if __name__ == "__main__":'


def template(name: str) -> str:
    """Return the broken program for the remedy *name*; there has to be exactly one."""
    header = f"# remedy: {name}\n"
    texts = [path.read_text(encoding="utf-8") for path in TEMPLATES]
    (text,) = [text for text in texts if text.startswith(header)]
    return text


def paste(program: str, code: str) -> str:
    """Put a remedy's *code* into *program* as its comments say, in place of the marked lines."""
    code, _, at_take_up = code.partition(remedies.AT_TAKE_UP)
    at_module_level, divider, at_hand_off = code.rpartition(remedies.AT_HAND_OFF)
    assert program.count(MAIN) == 1
    program = program.replace(MAIN, f"{at_module_level}\n\n{MAIN}")
    program = replace(program, "hand-off", divider + at_hand_off)
    return replace(program, "take-up", at_take_up) if at_take_up else program


def replace(program: str, part: str, code: str) -> str:
    """Put *code* in place of the lines of *program* that are marked as *part*."""
    lines = program.splitlines()
    (begin,) = [number for number, line in enumerate(lines) if line.strip() == f"# {part}"]
    (end,) = [number for number, line in enumerate(lines) if line.strip() == f"# end of {part}"]
    margin = lines[begin][: -len(f"# {part}")]
    lines[begin : end + 1] = textwrap.indent(code, margin).splitlines()
    return "\n".join(lines) + "\n"


def own_words(result: Result) -> list[str]:
    """Return what the program printed, without the tree of its spans."""
    return [line for line in result.stdout.splitlines() if " <- " not in line]


def parents(result: Result) -> list[Record | None]:
    """Return the parent of every span that is not the request's, by the program's account."""
    by_id = {span["span_id"]: span for span in result.spans}
    return [
        by_id.get(span["parent_id"])
        for span in result.spans
        if not span["name"].startswith("POST ")
    ]


LOSSES = [name for name in remedies.boundaries() if not name.startswith("inherited ")]
INHERITED = [name for name in remedies.boundaries() if name.startswith("inherited ")]


@pytest.mark.parametrize("name", INHERITED)
def test_the_remedy_frees_the_unit(name: str) -> None:
    """Broken: one leak, with this remedy. Pasted in: no leak, and the spans are roots.

    What the items then lack is a context of their own, which is another finding.
    """
    program = template(name)
    instrumentors = "threading,asyncio" if "# instrumentors:" in program else "none"
    broken = run_program(program, instrumentors=instrumentors)
    assert {parent is not None for parent in parents(broken)} == {True}, str(broken)
    (found,) = broken.findings
    assert found["family"] in ("parent_leaked", "parent_stale"), str(broken)
    own = remedies.remedy(*name.split(" "))
    assert found["remedy"] == {"text": own.text, "code": own.code}, str(broken)

    mended = run_program(paste(program, found["remedy"]["code"]), instrumentors=instrumentors)
    assert {found["family"] for found in mended.findings} <= {"parent_lost"}, str(mended)
    assert own_words(mended) == own_words(broken) != [], str(mended)
    assert parents(mended) == [None] * len(parents(broken)), str(mended)


@pytest.mark.parametrize("name", LOSSES)
def test_the_remedy_makes_the_finding_go_away(name: str) -> None:
    """Broken: one kind of finding, with this remedy. Pasted in: none, and the right parent."""
    program = template(name)
    broken = run_program(program)
    assert {parent is None for parent in parents(broken)} == {True}, str(broken)
    (remedy,) = [finding["remedy"] for finding in broken.findings]
    own = remedies.remedy(*name.split(" "))
    assert remedy == {"text": own.text, "code": own.code}, str(broken)

    mended = run_program(paste(program, remedy["code"]))
    assert mended.findings == [], str(mended)
    assert own_words(mended) == own_words(broken) != [], str(mended)
    # What never arrived is no span of the broken program, and arrives now, or all of it stays away.
    never_arrived = {finding["family"] for finding in broken.findings} == {"parent_missing"}
    assert never_arrived or len(mended.spans) == len(broken.spans), str(mended)
    for parent in parents(mended):
        assert parent is not None, str(mended)
        assert parent["name"].startswith("POST "), str(mended)


def test_every_template_belongs_to_a_remedy() -> None:
    """A program for a remedy that is no longer given would test nothing."""
    headers = [path.read_text(encoding="utf-8").splitlines()[0] for path in TEMPLATES]
    assert sorted(headers) == sorted(f"# remedy: {name}" for name in remedies.boundaries())
