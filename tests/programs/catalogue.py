"""The table of programs: what each program's header comment says of it.

A header line is ``# key: value``, above the first import. A broken program has,
for every finding that is expected of it, a block that begins at ``boundary``:

    # boundary: ThreadPoolExecutor.submit
    # orphan: query warehouse
    # expected parent: GET /stock
    # hops: ThreadPoolExecutor.submit > asyncio.create_task    (where more than one)

and, once: ``instrumentors`` (the settings under which all this holds, with
``|`` between them), ``python``, ``platform`` (``posix`` for what Windows lacks)
and ``otherwise: still lost`` where the instrumentors mend a part of the way
only. A healthy program has a ``tree`` line for every span, sorted.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
INSTRUMENTORS = ("none", "threading,asyncio")


class Loss(NamedTuple):
    """One finding that a broken program calls for."""

    boundary: str
    orphan: str
    expected_parent: str
    hops: list[str]
    lost_line: int
    orphan_line: int


class Program(NamedTuple):
    """A program of the table."""

    path: Path
    losses: list[Loss]
    tree: list[str]
    instrumentors: list[str]
    still_lost: bool
    python: tuple[int, ...]
    posix_only: bool

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem

    def runs_here(self) -> bool:
        """Whether this Python and this system have what the program needs."""
        return sys.version_info >= self.python and not (self.posix_only and os.name != "posix")


def _marked(lines: list[str], mark: str, number: int, path: Path) -> int:
    """Return the 1-based line that ends in *mark*; only one line may."""
    ending = f"# <- {mark}" if number == 1 else f"# <- {mark} ({number})"
    found = [index for index, line in enumerate(lines, 1) if line.endswith(ending)]
    if len(found) != 1:
        message = f"{path}: {len(found)} lines end in {ending!r}, not one"
        raise ValueError(message)
    return found[0]


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
        elif key == "boundary":
            blocks.append({key: value})
        elif key in ("orphan", "expected parent", "hops"):
            blocks[-1][key] = value
        elif key in ("instrumentors", "python", "platform", "otherwise"):
            single[key] = value
        else:
            message = f"{path}: unknown header {line!r}"
            raise ValueError(message)
    if bool(blocks) == bool(tree) or tree != sorted(tree):
        message = f"{path}: needs losses or a sorted tree"
        raise ValueError(message)
    instrumentors = single["instrumentors"].split(" | ")
    if not set(instrumentors) <= set(INSTRUMENTORS):
        message = f"{path}: unknown instrumentors {instrumentors}"
        raise ValueError(message)
    losses = [
        Loss(
            boundary=block["boundary"],
            orphan=block["orphan"],
            expected_parent=block["expected parent"],
            hops=block.get("hops", block["boundary"]).split(" > "),
            lost_line=_marked(lines, "lost here", number, path),
            orphan_line=_marked(lines, "orphan", number, path),
        )
        for number, block in enumerate(blocks, 1)
    ]
    return Program(
        path=path,
        losses=losses,
        tree=tree,
        instrumentors=instrumentors,
        still_lost=single.get("otherwise") == "still lost",
        python=tuple(int(part) for part in single["python"].rstrip("+").split(".")),
        posix_only=single.get("platform") == "posix",
    )


BROKEN = [read(path) for path in sorted((HERE / "broken").glob("*.py"))]
HEALTHY = [read(path) for path in sorted((HERE / "healthy").glob("*.py"))]
