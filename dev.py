"""Sets up and runs what the README names: the demo, the tests, the checks.

    python3 dev.py demo            the demo, under ctxwatch
    python3 dev.py test            the tests, on this interpreter
    python3 dev.py libraries       the tests with real libraries, each in its own environment
    python3 dev.py bench           what ctxwatch costs: benchmarks/README.md
    python3 dev.py ci              lint, types, and the tests on every interpreter found

Needs nothing but Python 3.10 or later with venv and pip. Each command makes the
virtual environment that it needs, in `.venvs/`, and uses it again the next time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VERSIONS = ("3.10", "3.11", "3.12", "3.13")
OLDEST = ROOT / "tests" / "oldest.txt"
LIBRARIES = ROOT / "tests" / "libraries"


def interpreter_of(name: str) -> Path:
    """The interpreter of the virtual environment *name*, whether that exists or not."""
    scripts = ROOT / ".venvs" / name / ("Scripts" if os.name == "nt" else "bin")
    return scripts / ("python.exe" if os.name == "nt" else "python")


def environment(
    name: str,
    *,
    python: str = sys.executable,
    extras: str = "",
    constraints: Path | None = None,
    requirements: Path | None = None,
) -> Path:
    """Make the virtual environment *name* with ctxwatch in it, and return its interpreter."""
    interpreter = interpreter_of(name)
    directory = interpreter.parent.parent
    done = directory / "installed"
    wanted = (ROOT / "pyproject.toml").read_text("utf-8") + str(constraints)
    if requirements:
        wanted += requirements.read_text("utf-8")
    if done.exists() and done.read_text("utf-8") == wanted:
        return interpreter
    run(python, "-m", "venv", "--clear", directory)
    pip = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    limits = ["--constraint", constraints] if constraints else []
    beside = ["--requirement", requirements] if requirements else []
    run(*pip, *limits, *beside, "--editable", f"{ROOT}{extras}")
    done.write_text(wanted, "utf-8")
    return interpreter


def run(*command: str | Path) -> None:
    """Run *command* in the project's directory; end with its exit code if it fails."""
    print("$", *command, flush=True)
    code = subprocess.call([str(part) for part in command], cwd=ROOT)
    if code:
        sys.exit(code)


def demo() -> None:
    """Run the demo under ctxwatch, with OpenTelemetry's instrumentors off."""
    python = environment("demo")
    run(
        *(python, "-m", "ctxwatch", "run", "--log-format", "console"),
        *("--log-level", "warning", "--instrumentors", "none"),
        *(python, "sitecustomize_example/app.py"),
    )


def run_tests(arguments: list[str], *, name: str, python: str, oldest: bool = False) -> None:
    """Run the tests in an environment of their own."""
    interpreter = environment(
        name, python=python, extras="[test]", constraints=OLDEST if oldest else None
    )
    run(interpreter, "-m", "pytest", "-q", "-n", "auto", *arguments)


def run_library_tests(arguments: list[str], *, name: str, python: str) -> None:
    """Run the tests with real libraries, from the environment *name*."""
    with ThreadPoolExecutor() as pool:
        making = [
            pool.submit(
                environment,
                f"library-{requirements.parent.name}",
                python=python,
                requirements=requirements,
            )
            for requirements in sorted(LIBRARIES.glob("*/requirements.txt"))
        ]
        for made in making:
            made.result()
    run_tests(["tests/test_libraries.py", *arguments], name=name, python=python)


def bench(arguments: list[str], *, name: str, python: str) -> None:
    """Measure what ctxwatch costs."""
    run(environment(name, python=python, extras="[test]"), "benchmarks/bench.py", *arguments)


def lint() -> None:
    """Check form and types."""
    python = environment("lint", extras="[lint]")
    run(python, "-m", "ruff", "check", ".")
    run(python, "-m", "ruff", "format", "--check", ".")
    run(python, "-m", "mypy")


def interpreters() -> dict[str, str]:
    """Every supported interpreter that PATH or pyenv offers, by version."""
    found = {f"{sys.version_info[0]}.{sys.version_info[1]}": sys.executable}
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in VERSIONS:
        candidates = [shutil.which(f"python{version}")]
        candidates += [str(path) for path in sorted(pyenv.glob(f"{version}.*/bin/python"))]
        for candidate in filter(None, candidates):
            # A pyenv shim is on PATH for versions that are not switched on, and fails.
            if works(candidate, version):
                found.setdefault(version, candidate)
                break
    return {version: found[version] for version in VERSIONS if version in found}


def works(python: str, version: str) -> bool:
    """Whether *python* starts and is of *version*."""
    code = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.stdout.strip() == version


def ci() -> None:
    """Everything, on every interpreter found.

    The oldest dependencies on the oldest of them, the real libraries on the newest.
    """
    lint()
    found = interpreters()
    print("interpreters:", found, flush=True)
    # What Python does to the context by itself does not depend on ctxwatch: asked for once.
    without = ["--ignore", str(ROOT / "tests" / "test_ground_truth.py")]
    run_tests(without, name="oldest", python=next(iter(found.values())), oldest=True)
    for version, python in found.items():
        newest = version == list(found)[-1]
        run_tests([] if newest else without, name=f"test-{version}", python=python)
    run_library_tests([], name=f"test-{version}", python=python)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=["demo", "test", "libraries", "bench", "lint", "ci"])
    options, rest = parser.parse_known_args()
    runs = {"test": run_tests, "libraries": run_library_tests, "bench": bench}
    if options.command in runs:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        runs[options.command](rest, name=f"test-{version}", python=sys.executable)
    elif rest:
        parser.error(f"unknown arguments: {' '.join(rest)}")
    else:
        {"demo": demo, "lint": lint, "ci": ci}[options.command]()


if __name__ == "__main__":
    main()
