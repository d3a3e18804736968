"""Two environments that differ in nothing but ctxwatch: the one has it, the other has not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import venv
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PTH = ROOT / "ctxwatch" / "startup" / "ctxwatch.pth"


class Pythons(NamedTuple):
    """The interpreters of both environments."""

    bare: str
    watched: str


def make(directory: Path) -> Pythons:
    """Make both in *directory*, with the packages of the running environment.

    A path in a .pth file is no site directory: the .pth files in there, which
    are ctxwatch's own and those of an editable install, are not read.
    """
    packages = sysconfig.get_path("purelib")
    bare, bare_site = _environment(directory / "bare")
    watched, watched_site = _environment(directory / "watched")
    for site in (bare_site, watched_site):
        (site / "packages.pth").write_text(f"{packages}\n", "utf-8")
    with (watched_site / "packages.pth").open("a", encoding="utf-8") as file:
        file.write(f"{ROOT}\n")
    shutil.copy(PTH, watched_site)
    return Pythons(bare, watched)


def _environment(directory: Path) -> tuple[str, Path]:
    venv.create(directory, symlinks=os.name != "nt")
    python = str(
        directory / ("Scripts/python.exe" if os.name == "nt" else "bin/python"),
    )
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.check_output([python, "-c", code], text=True).strip()
    return python, Path(site)
