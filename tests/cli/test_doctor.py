"""``ctxwatch doctor``: asked about real interpreters and wrappers, it runs no program."""

from __future__ import annotations

import os
import shlex
import sys
import sysconfig
from pathlib import Path

import pytest

PYTHON = sys.executable
SCRIPTS = sysconfig.get_path("scripts")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the wrappers are POSIX's")


@pytest.fixture
def ask(ctxwatch, tmp_path):
    """Ask doctor about a program that leaves a file behind if anybody runs it."""
    trace = tmp_path / "was-run"
    code = f"open({str(trace)!r}, 'w').close()\n"
    (tmp_path / "app.py").write_text(code)
    script = tmp_path / "script"
    script.write_text(f"#!{PYTHON} -E\n{code}")
    script.chmod(0o755)

    def ask(*command, **changes):
        path = os.pathsep.join([SCRIPTS, os.environ["PATH"]])
        words = [PYTHON if word == "python" else word for word in command]
        done = ctxwatch("doctor", "--", *words, cwd=tmp_path, PATH=path, **changes)
        assert not trace.exists()
        assert "Traceback" not in done.stderr
        return done

    return ask


@pytest.mark.parametrize(
    "command",
    [
        "python app.py",
        "app.py",
        "-m http.server",
        "python -I app.py",
        "python -Im app",
        "python -X dev -W error app.py --version",
        "python -c pass",
        "./script",
        "uvicorn app:app",
        "env A=1 python app.py",
        "timeout 50 nice -n 1 python app.py",
        "sh -c 'exec python app.py'",
        "sh -c 'A=1 python app.py'",
        "ctxwatch run --debug python app.py",
        "ctxwatch run app.py",
        "env -i ctxwatch run app.py",
        "opentelemetry-instrument --service_name x python app.py",
    ],
)
def test_active(ask, command):
    command = command.replace("python", PYTHON).replace("env -i ctx", f"env -i {SCRIPTS}/ctx")
    words = shlex.split(command)
    done = ask(*words)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.startswith(f"ctxwatch would be active in {PYTHON} (Python ")


@pytest.mark.parametrize(
    ("command", "problem", "remedy"),
    [
        (["python", "-S", "app.py"], "-S", "leave -S out"),
        (["python", "-ISm", "app"], "-S", "leave -S out"),
        (["env", "-i", "python", "app.py"], "environment does not reach", "ctxwatch run"),
        (["env", "-u", "CTXWATCH", "python", "x"], "CTXWATCH is not set", "ctxwatch run"),
        (["env", "CTXWATCH=0", "python", "app.py"], "CTXWATCH=0", "unset CTXWATCH"),
        (["env", "OTEL_SDK_DISABLED=true", "python", "x"], "OTEL_SDK_DISABLED", "unset"),
        (["ctxwatch", "run", "python", "-S", "x"], "-S", "leave -S out"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_not_active(ask, command, problem, remedy):
    assert_not_active(ask(*command), problem, remedy)


def assert_not_active(done, problem, remedy):
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("ctxwatch would not be active in ")
    lines = done.stdout.splitlines()[1:]
    found = [place for place, line in enumerate(lines) if problem in line]
    assert found, done.stdout
    assert lines[found[0]].startswith("  - ")
    assert remedy in lines[found[0] + 1]


def test_switched_off_here(ask):
    assert_not_active(ask("python", "app.py", CTXWATCH="0"), "CTXWATCH=0", "unset CTXWATCH")


@pytest.mark.parametrize(
    ("flags", "problem", "remedy"),
    [
        ([], "opentelemetry-sdk and structlog", "-m pip install opentelemetry-sdk structlog"),
        (["-E"], "-I or -E", "-m pip install ctxwatch"),
        (["-I"], "not installed in this interpreter", "leave -I or -E out"),
    ],
)
def test_interpreter_without_ctxwatch(ask, bare_python, flags, problem, remedy):
    assert_not_active(ask(bare_python, *flags, "app.py"), problem, remedy)


def test_wrapper_that_drops_pythonpath(ask, bare_python):
    done = ask("env", "-u", "PYTHONPATH", bare_python, "app.py")
    assert_not_active(done, "PYTHONPATH", "-m pip install ctxwatch")


def test_another_sitecustomize_in_front(ask, bare_python, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("")
    wrapper = ["env", f"PYTHONPATH={tmp_path}"]
    assert_not_active(ask(*wrapper, bare_python, "app.py"), "PYTHONPATH", "pip install ctxwatch")
    from ctxwatch import startup

    wrapper = ["env", f"PYTHONPATH={tmp_path}:{startup.BOOTSTRAP}"]
    assert_not_active(ask(*wrapper, bare_python, "app.py"), "sitecustomize", "pip install ctxwatch")


def test_missing_instrumentors_are_said_but_do_not_matter(ask, tmp_path):
    """The script's directory comes first on sys.path, as it does when the script runs."""
    package = tmp_path / "opentelemetry" / "instrumentation"
    package.mkdir(parents=True)
    (tmp_path / "opentelemetry" / "__init__.py").write_text(
        "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n"
    )
    (package / "__init__.py").write_text("")
    done = ask("python", "app.py")
    assert done.returncode == 0
    assert "without opentelemetry-instrumentation-threading and " in done.stdout
    assert "will not be applied" in done.stdout
    none = ask("python", "app.py", CTXWATCH_INSTRUMENTORS="none")
    assert "will not be applied" not in none.stdout


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        (["ls", "-l"], 1, ["cannot tell", "ls", "ctxwatch doctor -- python app.py"]),
        (["sh", "-c", "cd x && python app.py"], 1, ["cannot tell", "more than one"]),
        (["sh", "start.sh"], 1, ["cannot tell", "shell script"]),
        (["env", "A=1", "ls"], 1, ["cannot tell", "env"]),
        (["ctxwatch", "info"], 1, ["cannot tell", "starts no program"]),
        (["nowhere-to-be-found"], 127, ["nowhere-to-be-found"]),
        (["env", "--no-such-option", "python", "x"], 1, ["did not start Python"]),
        ([], 2, ["no program", "python app.py"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_it_cannot_answer_is_one_line(ask, command, code, words):
    done = ask(*command)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1), done.stderr
    for word in words:
        assert word in done.stderr


def test_script_whose_interpreter_has_too_long_a_path(ask, tmp_path):
    """pip writes such a script as one for sh and Python at once."""
    script = tmp_path / "long"
    script.write_text(f"#!/bin/sh\n'''exec' \"{PYTHON}\" \"$0\" \"$@\"\n' '''\n")
    script.chmod(0o755)
    assert ask("./long").stdout.startswith(f"ctxwatch would be active in {PYTHON} ")


def test_unsupported_python_is_named(ask, tmp_path):
    """A stand-in that reports what Python 3.8 would."""
    fake = Path(tmp_path, "python3.8")
    report = (
        '{"executable": "python3.8", "version": [3, 8, 1], "active": false, "flags": {}, '
        '"environ": {}, "modules": {}, "sitecustomize": null}'
    )
    fake.write_text(f"#!/bin/sh\necho 'ctxwatch-probe:{report}'\n")
    fake.chmod(0o755)
    assert_not_active(ask(str(fake), "app.py"), "too old", "newer Python")
