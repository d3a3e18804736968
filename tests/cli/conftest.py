"""How the tests of this directory start ``ctxwatch``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

#: Only against a hang. No test measures time.
HANG = 120


@pytest.fixture(scope="session")
def ctxwatch():
    """Call ``python -m ctxwatch`` in a clean environment with changes."""

    def call(*args, cwd=None, **changes) -> subprocess.CompletedProcess[str]:
        prefixes = ("CTXWATCH", "OTEL_", "PYTEST_", "PYTHON")
        env = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
        return subprocess.run(
            [sys.executable, "-m", "ctxwatch", *map(str, args)],
            cwd=cwd,
            env=env | changes,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=HANG,
            check=False,
        )

    return call


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory) -> Path:
    """An interpreter of the same version that has nothing installed, not even ctxwatch."""
    environment = tmp_path_factory.mktemp("bare") / "env"
    command = [sys.executable, "-m", "venv", "--without-pip", str(environment)]
    subprocess.run(command, check=True, timeout=HANG)
    scripts = "Scripts" if os.name == "nt" else "bin"
    return environment / scripts / Path(sys.executable).name
