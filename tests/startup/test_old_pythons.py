"""Interpreters that ctxwatch does not support, but whose start-up it is in the way of."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ctxwatch import startup

VERSIONS = ("2.7", "3.6", "3.7", "3.8", "3.9")


def old_pythons() -> list[str]:
    """Those that are on PATH or under pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    found = []
    for version in VERSIONS:
        managed = sorted(pyenv.glob(f"{version}.*/bin/python"))
        python = str(managed[-1]) if managed else shutil.which(f"python{version}")
        if python:
            found.append(python)
    return found


@pytest.fixture(params=old_pythons())
def python(request):
    return request.param


CODE = "import sys; print(sys.path, 'sitecustomize' in sys.modules); sys.exit(7)"


def test_one_line_and_the_program_runs(start, python):
    plain = start(python, "-c", CODE)
    watched = start(python, "-c", CODE, CTXWATCH="1", PYTHONPATH=startup.BOOTSTRAP)
    assert (watched.stdout, watched.returncode) == (plain.stdout, plain.returncode)
    assert watched.stderr.count("\n") == 1
    assert "ctxwatch needs 3.10 or newer" in watched.stderr


def test_sitecustomize_behind_it_runs(start, python, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("print('ran')\n")
    path = os.pathsep.join([startup.BOOTSTRAP, str(tmp_path)])
    plain = start(python, "-c", CODE, PYTHONPATH=str(tmp_path))
    watched = start(python, "-c", CODE, CTXWATCH="1", PYTHONPATH=path)
    assert watched.stdout == plain.stdout
    assert plain.stdout.startswith("ran\n")


def test_switched_off_it_says_nothing(start, python):
    done = start(python, "-c", CODE, CTXWATCH="0", PYTHONPATH=startup.BOOTSTRAP)
    assert (done.stderr, done.returncode) == ("", 7)
