"""The table of programs: what each program's header comment says of it.

A header line is ``# key: value``, above the first import. A broken program has,
for every finding that is expected of it, a block that begins at ``family``:

    # family: parent_stale
    # boundary: queue.Queue.put
    # orphan: send mail
    # actual parent: GET /a
    # expected parent: POST /b                 (``|`` between several, ``(root)`` for none)
    # hops: ThreadPoolExecutor.submit > queue.Queue.put    (where more than one)
    # started in: requests/sessions.py         (where an instrumentation starts the orphan)

``actual parent`` is left out where the orphan is a root. Of a parent that was
never exported it is the name all the same. Lines of the program carry marks:

    # <- lost here         the hand-over of the very item, job or carrier
    # <- inherited here    what gave a unit the context that it should not have, or had too long
    # <- parent            the start of a parent that is never exported
    # <- orphan            the start of the span with the wrong parent

and, once: ``instrumentors`` (the settings under which all this holds, with
``|`` between them), ``python``, ``platform`` (``posix`` for what Windows lacks),
``libraries`` (what has to be installed beside OpenTelemetry and uvloop),
``settings`` (the agent's, as ``CTXWATCH_NAME=value``) and ``otherwise: still lost``
where the orphan is a root under the other instrumentors, while without that line it
then has its expected parent; ``otherwise: still lost, unproven`` where it is a root
that may as well have been meant to be one.
A healthy program has a ``tree`` line for every span, sorted.

The programs in ``unseen`` are broken like those in ``broken``, and nothing of what
the agent can see is certain about them: it has to be silent.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
INSTRUMENTORS = ("none", "threading,asyncio")
ROOT = "(root)"
BLOCK = ("boundary", "orphan", "actual parent", "expected parent", "hops", "started in")
ONCE = ("instrumentors", "python", "platform", "libraries", "settings", "otherwise")

#: The marks that a block of each family has to have.
MARKS = {
    "parent_lost": ("orphan", "lost here"),
    "parent_stale": ("orphan", "inherited here"),
    "parent_leaked": ("orphan", "inherited here"),
    "parent_missing": ("orphan", "parent"),
    "late_child": ("orphan", "inherited here"),
    "entry_without_carrier": ("orphan", "lost here"),
}


class Fault(NamedTuple):
    """One finding that a broken program calls for; lines are 1-based, None where unmarked."""

    family: str
    boundary: str
    orphan: str
    actual_parent: str
    expected_parents: list[str]
    hops: list[str]
    orphan_line: int | None
    started_in: str | None
    lost_line: int | None
    inherited_line: int | None
    parent_line: int | None

    @property
    def line(self) -> int | None:
        """The line that a finding names first.

        That of the hand-over, or of the unit itself where the unit was all that was
        handed over, or of the parent that is never exported.
        """
        return self.lost_line or self.inherited_line or self.parent_line


class Program(NamedTuple):
    """A program of the table."""

    path: Path
    faults: list[Fault]
    tree: list[str]
    instrumentors: list[str]
    libraries: list[str]
    settings: dict[str, str]
    still_lost: bool
    unproven: bool
    python: tuple[int, ...]
    posix_only: bool

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem

    def runs_here(self) -> bool:
        """Whether this Python and this system have what the program needs."""
        return sys.version_info >= self.python and not (self.posix_only and os.name != "posix")


def _marked(lines: list[str], mark: str, number: int, path: Path) -> int | None:
    """Return the 1-based line that ends in *mark*; one line may, or none."""
    ending = f"# <- {mark}" if number == 1 else f"# <- {mark} ({number})"
    found = [index for index, line in enumerate(lines, 1) if line.endswith(ending)]
    if len(found) > 1:
        message = f"{path}: {len(found)} lines end in {ending!r}"
        raise ValueError(message)
    return found[0] if found else None


def _fault(block: dict[str, str], number: int, lines: list[str], path: Path) -> Fault:
    """Make one finding of a header's block. Raises ValueError where a mark is missing."""
    marks = {
        mark: _marked(lines, mark, number, path)
        for mark in ("orphan", "lost here", "inherited here", "parent")
    }
    expected = block["expected parent"].split(" | ")
    needed: tuple[str, ...] = MARKS[block["family"]]
    if "started in" in block:
        needed = tuple(mark for mark in needed if mark != "orphan")
    if block["family"] in ("parent_stale", "parent_leaked") and expected != [ROOT]:
        needed += ("lost here",)
    if missing := [mark for mark in needed if marks[mark] is None]:
        message = f"{path}: block {number} lacks the marks {missing}"
        raise ValueError(message)
    return Fault(
        family=block["family"],
        boundary=block["boundary"],
        orphan=block["orphan"],
        actual_parent=block.get("actual parent", ROOT),
        expected_parents=expected,
        hops=block.get("hops", block["boundary"]).split(" > "),
        orphan_line=marks["orphan"],
        started_in=block.get("started in"),
        lost_line=marks["lost here"],
        inherited_line=marks["inherited here"],
        parent_line=marks["parent"],
    )


def read(path: Path) -> Program:
    """Read a program's header. Raises ValueError for a header that says too little."""
    lines = path.read_text(encoding="utf-8").splitlines()
    single: dict[str, str] = {}
    blocks: list[dict[str, str]] = []
    tree = []
    for line in lines:
        if not line.startswith("# "):
            break
        key, _, value = line[2:].partition(": ")
        if key == "tree":
            tree.append(value)
        elif key == "family":
            blocks.append({key: value})
        elif key in BLOCK:
            blocks[-1][key] = value
        elif key in ONCE:
            single[key] = value
        else:
            message = f"{path}: unknown header {line!r}"
            raise ValueError(message)
    if bool(blocks) == bool(tree) or tree != sorted(tree):
        message = f"{path}: needs faults or a sorted tree"
        raise ValueError(message)
    instrumentors = single["instrumentors"].split(" | ")
    if not set(instrumentors) <= set(INSTRUMENTORS):
        message = f"{path}: unknown instrumentors {instrumentors}"
        raise ValueError(message)
    return Program(
        path=path,
        faults=[_fault(block, number, lines, path) for number, block in enumerate(blocks, 1)],
        tree=tree,
        instrumentors=instrumentors,
        libraries=[name for name in single.get("libraries", "").split(", ") if name],
        settings=dict([single["settings"].split("=", 1)]) if "settings" in single else {},
        still_lost=single.get("otherwise", "").startswith("still lost"),
        unproven=single.get("otherwise", "").endswith("unproven"),
        python=tuple(int(part) for part in single["python"].rstrip("+").split(".")),
        posix_only=single.get("platform") == "posix",
    )


BROKEN = [read(path) for path in sorted((HERE / "broken").glob("*.py"))]
HEALTHY = [read(path) for path in sorted((HERE / "healthy").glob("*.py"))]
UNSEEN = [read(path) for path in sorted((HERE / "unseen").glob("*.py"))]
