"""``ctxwatch run``: what reaches the program, and how it fails when there is none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ctxwatch import startup

SHOW = """
import json, os, sys
names = [name for name in os.environ if name.startswith(("CTXWATCH", "PYTHONPATH"))]
print(json.dumps({"argv": sys.argv, "orig_argv": sys.orig_argv,
    "environ": {name: os.environ[name] for name in names}, "executable": sys.executable}))
"""

posix = pytest.mark.skipif(os.name == "nt", reason="execve, shells and modes are POSIX's")


def shown(done) -> dict:
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.mark.parametrize("dashes", [[], ["--"]], ids=["", "--"])
@pytest.mark.parametrize(
    "args",
    [
        ["--version"],
        ["--help"],
        ["--"],
        ["-m", "x"],
        ["--log-level", "loud"],
        ["--debug", "--log-file=x"],
        ["run", "a b", "", "*", "\N{SNOWMAN}"],
    ],
    ids=" ".join,
)
def test_arguments_of_the_program_are_its_own(ctxwatch, dashes, args):
    facts = shown(ctxwatch("run", "--debug", *dashes, sys.executable, "-c", SHOW, *args))
    assert facts["argv"] == ["-c", *args]
    assert facts["orig_argv"] == [sys.executable, "-c", SHOW, *args]


def test_script_and_module_mean_this_interpreter(ctxwatch, tmp_path):
    (tmp_path / "show.py").write_text(SHOW)
    script = shown(ctxwatch("run", "show.py", "--help", cwd=tmp_path))
    assert script["argv"] == ["show.py", "--help"]
    assert script["executable"] == sys.executable
    module = shown(ctxwatch("run", "-m", "show", "-m", "--version", cwd=tmp_path))
    assert module["argv"] == [os.path.realpath(tmp_path / "show.py"), "-m", "--version"]
    assert module["executable"] == sys.executable


@posix
def test_argv0_is_as_typed(ctxwatch):
    name = Path(sys.executable).name
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    facts = shown(ctxwatch("run", name, "-c", SHOW, PATH=path))
    assert facts["orig_argv"][0] == name


def test_options_become_settings(ctxwatch, tmp_path):
    options = ["--log-file", "log", "--log-format=json", "--instrumentors", "none"]
    options += ["--log-level", "warning"]
    done = ctxwatch("run", *options, sys.executable, "-c", SHOW, cwd=tmp_path)
    assert shown(done)["environ"] == {
        "CTXWATCH": "1",
        "CTXWATCH_INSTRUMENTORS": "none",
        "CTXWATCH_LOG_FILE": os.path.realpath(tmp_path / "log"),
        "CTXWATCH_LOG_FORMAT": "json",
        "CTXWATCH_LOG_LEVEL": "warning",
        "PYTHONPATH": startup.BOOTSTRAP,
    }


def test_environment_is_added_to(ctxwatch):
    path = os.pathsep.join(["/one", startup.BOOTSTRAP, "/two"])
    done = ctxwatch(
        "run", "--debug", sys.executable, "-c", SHOW, PYTHONPATH=path, CTXWATCH_LOG_LEVEL="info"
    )
    assert shown(done)["environ"] == {
        "CTXWATCH": "1",
        "CTXWATCH_LOG_LEVEL": "debug",
        "PYTHONPATH": os.pathsep.join([startup.BOOTSTRAP, "/one", "/two"]),
    }


def test_switched_off_runs_unwatched_and_says_so(ctxwatch):
    done = ctxwatch("run", sys.executable, "-c", SHOW, CTXWATCH="0")
    assert json.loads(done.stdout)["environ"] == {"CTXWATCH": "0"}
    assert done.stderr == f"ctxwatch: CTXWATCH=0 is set: {sys.executable} runs unwatched\n"


@posix
def test_becomes_the_program():
    code = "import os; print(os.getpid())"
    command = [sys.executable, "-m", "ctxwatch", "run", sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        stdout, _ = process.communicate()
    assert stdout == f"{process.pid}\n"


@posix
@pytest.mark.parametrize("signal", ["PIPE", "XFSZ"])
def test_signals_that_cpython_ignores_are_not_left_ignored(ctxwatch, signal):
    done = ctxwatch("run", "sh", "-c", f"kill -{signal} $$; echo alive")
    assert done.stdout == ""
    assert done.returncode < 0


@pytest.fixture
def files(tmp_path):
    """Things that cannot be run."""
    (tmp_path / "directory").mkdir()
    (tmp_path / "text").write_text("text")
    (tmp_path / "empty").write_text("\0")
    (tmp_path / "bad-interpreter").write_text("#!/nowhere/python\n")
    for name in ("empty", "bad-interpreter"):
        (tmp_path / name).chmod(0o755)
    return tmp_path


@posix
@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["nowhere-to-be-found"], 127, ["nowhere-to-be-found", "not on PATH"]),
        (["./nowhere.py"], 127, ["./nowhere.py", "no such program"]),
        ([""], 127, ["no such program"]),
        (["./bad-interpreter"], 127, ["./bad-interpreter", "first line"]),
        (["./directory"], 126, ["./directory", "directory"]),
        (["./text"], 126, ["./text", "not executable"]),
        (["text"], 126, ["text", "not executable"]),
        (["./empty"], 126, ["./empty", "first line"]),
        ([], 2, ["no program", "python app.py"]),
        (["--debug"], 2, ["no program"]),
        (["--"], 2, ["no program"]),
        (["--unknown", "python"], 2, ["--unknown"]),
        (["--log-level", "loud", "python"], 2, ["--log-level", "loud", "debug, info or warning"]),
        (["--log-format=xml", "python"], 2, ["--log-format", "xml", "auto, console or json"]),
        (["--instrumentors", "flask", "python"], 2, ["--instrumentors", "flask", "none"]),
        (["--log-level"], 2, ["--log-level", "expected one argument"]),
        (["--log-file", "directory", "python"], 2, ["--log-file", "directory", "another file"]),
        (["--log-file", "no/such/x", "python"], 2, ["--log-file", "no/such/x"]),
        (["--log-file", "", "python"], 2, ["--log-file", "a path"]),
        (["--log-lev", "debug", "python"], 2, ["--log-lev"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_errors_are_one_line(ctxwatch, files, args, code, words):
    path = os.pathsep.join([str(files), os.environ["PATH"]])
    done = ctxwatch("run", *args, cwd=files, PATH=path)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("ctxwatch: ")
    assert done.stderr.count("\n") == 1
    for word in words:
        assert word in done.stderr


@posix
def test_log_file_that_is_a_pipe_nobody_reads_does_not_hang(ctxwatch, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    done = ctxwatch("run", "--log-file", "pipe", "true", cwd=tmp_path)
    assert done.returncode == 2
    assert "--log-file" in done.stderr


def test_command_line_without_a_command(ctxwatch):
    from ctxwatch import __version__

    assert ctxwatch("--version").stdout == f"ctxwatch {__version__}\n"
    assert "run" in ctxwatch("--help").stdout
    assert "--log-file" in ctxwatch("run", "--help").stdout
    for args, word in (([], "no command"), (["walk"], "walk"), (["--walk"], "--walk")):
        done = ctxwatch(*args)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert word in done.stderr
