"""The same program with and without ctxwatch: nothing that it can see is different."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import zipapp
from typing import TYPE_CHECKING

import pytest

from ctxwatch import startup

if TYPE_CHECKING:
    from pathlib import Path

LOOK = """
import sys
print(sys.path, sys.argv, sys.flags, getattr(sys.modules.get("sitecustomize"), "__file__", None))
print(sys.executable, sys.orig_argv, __name__)
"""

PROGRAMS = {
    "look": ["-c", LOOK, "a", "--version", "--", "-m"],
    "isolated": ["-I", "-c", LOOK],
    "without-environment": ["-E", "-c", LOOK],
    "without-user-site": ["-s", "-X", "utf8", "-c", LOOK],
    "script": ["look.py", "x"],
    "module": ["-m", "look", "x"],
    "package": ["-m", "json.tool"],
    "zipapp": ["look.pyz"],
    "exit-7": ["-c", "raise SystemExit(7)"],
    "exit-message": ["-c", "raise SystemExit('gone')"],
    "traceback": ["broken.py"],
    "syntax-error": ["-c", "1 +"],
    "stdin": ["-c", "import sys; print(sys.stdin.read()[::-1])"],
    "program-on-stdin": ["-"],
    "no-such-file": ["nowhere.py"],
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "look.py").write_text(LOOK)
    (tmp_path / "broken.py").write_text("def f():\n    return 1 / 0\n\nf()\n")
    source = tmp_path / "source"
    source.mkdir()
    (source / "__main__.py").write_text(LOOK)
    zipapp.create_archive(source, tmp_path / "look.pyz")
    return tmp_path


@pytest.mark.parametrize("installed", [True, False], ids=["installed", "bare"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_nothing_changes(start, bare_python, directory, program, installed):
    command = [sys.executable if installed else bare_python, *PROGRAMS[program]]
    stdin = '{"a": [1, 2]}'
    plain = start(*command, cwd=directory, stdin=stdin)
    watched = start(
        *(sys.executable, "-m", "ctxwatch", "run", *command), cwd=directory, stdin=stdin
    )
    assert (watched.stdout, watched.stderr, watched.returncode) == (
        plain.stdout,
        plain.stderr,
        plain.returncode,
    )


@pytest.mark.parametrize("program", ["look", "isolated", "script", "traceback", "exit-7"])
def test_nothing_changes_by_the_switch(start, directory, program):
    command = [sys.executable, *PROGRAMS[program]]
    plain = start(*command, cwd=directory)
    watched = start(*command, cwd=directory, CTXWATCH="1")
    assert (watched.stdout, watched.stderr, watched.returncode) == (
        plain.stdout,
        plain.stderr,
        plain.returncode,
    )


@pytest.mark.parametrize("installed", [True, False], ids=["installed", "bare"])
def test_only_the_start_up_modules_are_added(start, bare_python, installed):
    python = sys.executable if installed else bare_python
    command = [python, "-c", "import sys; print(*sys.modules)"]
    plain = set(start(*command).stdout.split())
    watched = set(start(*command, CTXWATCH="1", PYTHONPATH=startup.BOOTSTRAP).stdout.split())
    assert watched - plain == {
        "__future__",
        "ctxwatch",
        "ctxwatch._version",
        "ctxwatch.startup",
        "ctxwatch.startup.import_hook",
    }
    assert plain <= watched


@pytest.mark.parametrize("value", ["0", "", "off", "no"])
def test_switched_off_nothing_changes(start, bare_python, value):
    code = "import sys; print(sys.path, [type(finder) for finder in sys.meta_path])"
    for python in (sys.executable, bare_python):
        plain = start(python, "-c", code)
        watched = start(python, "-c", code, CTXWATCH=value, PYTHONPATH=startup.BOOTSTRAP)
        assert watched.stdout == plain.stdout


@pytest.mark.parametrize("value", ["0", "", None])
def test_switched_off_by_0_nothing_is_loaded(start, value):
    code = "import sys; print([name for name in sys.modules if 'ctxwatch' in name])"
    settings = {} if value is None else {"CTXWATCH": value}
    assert start(sys.executable, "-c", code, **settings).stdout == "[]\n"


def test_without_site_the_bootstrap_directory_alone_is_left(start):
    """Nothing of ctxwatch runs under -S, so nothing takes its directory out of sys.path."""
    command = [sys.executable, "-S", "-c", "import sys; print(*sys.path, sep='\\n')"]
    plain = start(*command).stdout.splitlines()
    watched = start(sys.executable, "-m", "ctxwatch", "run", *command).stdout.splitlines()
    assert [entry for entry in watched if entry != startup.BOOTSTRAP] == plain


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to be killed by")
def test_killed_by_sigterm(start):
    code = "import os, sys; print(os.getpid(), flush=True); sys.stdin.read()"
    command = [sys.executable, "-m", "ctxwatch", "run", sys.executable, "-c", code]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=start.clean_environment(),
        text=True,
    ) as process:
        assert process.stdout.readline() == f"{process.pid}\n"
        process.send_signal(signal.SIGTERM)
        _, stderr = process.communicate()
    assert process.returncode == -signal.SIGTERM
    assert stderr == ""


def test_children_are_watched_and_have_the_same_path(start):
    child = "import json, sys; print(json.dumps([sys.path, 'ctxwatch.startup' in sys.modules]))"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    plain = json.loads(start(sys.executable, "-c", code).stdout)
    watched = start(sys.executable, "-m", "ctxwatch", "run", sys.executable, "-c", code)
    path, is_watched = json.loads(watched.stdout)
    assert (plain[0], plain[1]) == (path, False)
    assert is_watched
