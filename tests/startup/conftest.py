"""How the tests of this directory start Python."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

#: Only against a hang. No test measures time.
HANG = 120


def clean_environment(**changes: str) -> dict[str, str]:
    """This process's environment without what Python or an agent would read, then *changes*."""
    prefixes = ("CTXWATCH", "OTEL_", "PYTEST_", "PYTHON")
    env = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    return env | changes


class Start:
    """Starts a command and waits for its end."""

    clean_environment = staticmethod(clean_environment)

    def __call__(
        self, *command: str | Path, cwd: Path | None = None, stdin: str = "", **changes: str
    ) -> subprocess.CompletedProcess[str]:
        """Run *command* in a clean environment with *changes*, whatever its exit code."""
        return subprocess.run(
            [str(word) for word in command],
            env=clean_environment(**changes),
            cwd=cwd,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=HANG,
            check=False,
        )


@pytest.fixture(scope="session")
def start() -> Start:
    return Start()


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter of the same version that has nothing installed, not even ctxwatch."""
    return _new_environment(tmp_path_factory.mktemp("bare"))


@pytest.fixture(scope="session")
def python_with_dependencies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that has all that is installed here, but ctxwatch."""
    return _environment_without(tmp_path_factory.mktemp("dependencies"), "ctxwatch")


@pytest.fixture(scope="session")
def python_without_structlog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that has all that is installed here, but ctxwatch and structlog."""
    return _environment_without(tmp_path_factory.mktemp("lacking"), "ctxwatch", "structlog")


def _environment_without(directory: Path, *missing: str) -> Path:
    packages = directory / "packages"
    packages.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if entry.suffix != ".pth" and not any(name in entry.name for name in missing):
            (packages / entry.name).symlink_to(entry)
    python = _new_environment(directory)
    purelib = sysconfig.get_path("purelib", vars={"base": str(directory / "env")})
    Path(purelib, "packages.pth").write_text(f"{packages}\n", encoding="utf-8")
    return python


def _new_environment(directory: Path) -> Path:
    environment = directory / "env"
    command = [sys.executable, "-m", "venv", "--without-pip", str(environment)]
    subprocess.run(command, check=True, timeout=HANG)
    scripts = "Scripts" if os.name == "nt" else "bin"
    return environment / scripts / Path(sys.executable).name
