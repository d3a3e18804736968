"""``ctxwatch check``: over the logs of programs that really lost something, or did not."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from support import HANG, PROGRAMS, environment, run_program

BROKEN = PROGRAMS / "broken"


@pytest.fixture(scope="session")
def logs(tmp_path_factory) -> Path:
    """Logs of three programs: a submit that loses, a late child, and one that is whole.

    Both submits of ``twice.log`` are the same finding but for their line.
    """
    directory = tmp_path_factory.mktemp("logs")
    twice = (BROKEN / "executor_submit.py").read_text("utf-8")
    (line,) = [line for line in twice.splitlines(keepends=True) if "<- lost here" in line]
    (directory / "twice.py").write_text(twice.replace(line, line + line), encoding="utf-8")
    programs = {
        "submit": BROKEN / "executor_submit.py",
        "late": BROKEN / "late_child_task.py",
        "whole": PROGRAMS / "healthy" / "executor_submit.py",
        "twice": directory / "twice.py",
    }
    for name, program in programs.items():
        log = directory / f"{name}.log"
        run_program(program, env={"CTXWATCH_LOG_FILE": str(log)})
        assert log.exists()
    return directory


@pytest.fixture
def check(ctxwatch, tmp_path):
    """Call ``ctxwatch check`` in a directory of its own, with a pyproject.toml if one is given."""

    def check(*words, table=None):
        if table is not None:
            (tmp_path / "pyproject.toml").write_text(table, encoding="utf-8")
        done = ctxwatch("check", *words, cwd=tmp_path)
        assert "Traceback" not in done.stderr
        return done

    return check


def line_of(program: str, mark: str) -> int:
    lines = (BROKEN / program).read_text("utf-8").splitlines()
    (number,) = [number for number, line in enumerate(lines, 1) if f"<- {mark}" in line]
    return number


LOST = f"{BROKEN / 'executor_submit.py'}:{line_of('executor_submit.py', 'lost here')}"


def test_nothing_found_passes(check, logs):
    done = check(logs / "whole.log")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "ctxwatch: findings: none\n")


def test_a_finding_fails_and_is_named_with_its_line(check, logs):
    done = check(logs / "submit.log", logs / "whole.log")
    assert (done.returncode, done.stderr) == (1, "ctxwatch: findings: 1 new\n")
    first, *remedy = done.stdout.splitlines()
    assert first.startswith(f"{LOST}: CTX102 warning: span ")
    assert remedy
    assert all(line.startswith("    ") for line in remedy)


def test_only_what_is_grave_enough_fails(check, logs):
    done = check(logs / "late.log")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "ctxwatch: findings: 1 below the severity\n"
    done = check(logs / "late.log", "--severity", "info")
    assert done.returncode == 1
    place = f"{BROKEN / 'late_child_task.py'}:{line_of('late_child_task.py', 'inherited here')}"
    assert done.stdout.startswith(f"{place}: CTX501 info: ")
    assert check(logs / "submit.log", "--severity", "error").returncode == 0


def test_severities_are_settings(check, logs):
    table = '[tool.ctxwatch.severities]\nCTX501 = "error"\nCTX102 = "info"\n'
    assert check(logs / "late.log", "--severity", "error", table=table).returncode == 1
    assert check(logs / "submit.log", table=table).returncode == 0


def test_settings_are_found_in_a_directory_above(ctxwatch, logs, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.ctxwatch.severities]\nCTX102 = "info"\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert ctxwatch("check", logs / "submit.log", cwd=below).returncode == 0


def test_a_baseline_holds_what_is_known(check, logs, tmp_path):
    baseline = tmp_path / "known.json"
    done = check(logs / "submit.log", "--baseline", baseline, "--update-baseline")
    assert (done.returncode, done.stdout) == (0, "")
    assert [entry["code"] for entry in json.loads(baseline.read_text())["findings"]] == ["CTX102"]
    done = check(logs / "submit.log", "--baseline", baseline)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "ctxwatch: findings: 1 in the baseline\n"
    done = check(logs / "submit.log", logs / "late.log", "--severity=info", "--baseline", baseline)
    assert done.returncode == 1
    assert re.findall(r"CTX\d+", done.stdout) == ["CTX501"]


def test_one_more_of_a_known_kind_is_new(check, logs, tmp_path):
    """The baseline outlives lines that move, and still counts: the later line is the new one."""
    shutil.copy(BROKEN / "executor_submit.py", tmp_path / "twice.py")
    once = tmp_path / "once.log"
    run_program(tmp_path / "twice.py", env={"CTXWATCH_LOG_FILE": str(once)})
    (tmp_path / "twice.py").write_text(
        "# a line that moves the others\n" + (logs / "twice.py").read_text("utf-8"), "utf-8"
    )
    twice = tmp_path / "again.log"
    run_program(tmp_path / "twice.py", env={"CTXWATCH_LOG_FILE": str(twice)})
    assert check(once, "--baseline", "known.json", "--update-baseline").returncode == 0
    done = check(twice, "--baseline", "known.json")
    assert (done.returncode, done.stderr) == (1, "ctxwatch: findings: 1 new, 1 in the baseline\n")
    later = line_of("executor_submit.py", "lost here") + 2
    assert done.stdout.startswith(f"twice.py:{later}: CTX102 ")


def test_a_baseline_is_the_same_in_every_checkout(ctxwatch, tmp_path):
    """Made in one directory, used in another: paths are those below pyproject.toml."""
    for name in ("here", "there"):
        project = tmp_path / name
        (project / "shop").mkdir(parents=True)
        (project / "pyproject.toml").write_text("", encoding="utf-8")
        shutil.copy(BROKEN / "executor_submit.py", project / "shop" / "app.py")
        log = {"CTXWATCH_LOG_FILE": str(project / "run.log")}
        run_program(project / "shop" / "app.py", env=log)
    made = ctxwatch(
        *("check", "run.log", "--baseline", "known.json", "--update-baseline"),
        cwd=tmp_path / "here",
    )
    assert made.returncode == 0
    baseline = tmp_path / "here" / "known.json"
    assert str(tmp_path) not in baseline.read_text()
    used = ctxwatch("check", "run.log", "--baseline", baseline, cwd=tmp_path / "there" / "shop")
    assert used.returncode == 2  # there is no such log there
    log = tmp_path / "there" / "run.log"
    used = ctxwatch("check", log, "--baseline", baseline, cwd=tmp_path / "there" / "shop")
    assert used.returncode == 0, used.stderr


IGNORE = '[[tool.ctxwatch.ignores]]\ncode = "CTX102"\nreason = "traces of its own"\n'


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("", 0),
        ("expires = 9999-12-31\n", 0),
        ("expires = 2000-01-01\n", 1),
        ('site = "executor_submit.py"\n', 0),
        ('site = "broken/executor_*.py"\n', 0),
        ('site = "submit.py"\n', 1),  # a part of a name is no name
        ('site = "*:no_such_function"\n', 1),
        ('site = "executor_submit.py:*"\nspan = "no such span"\n', 1),
    ],
)
def test_ignores(check, logs, more, code):
    done = check(logs / "submit.log", table=IGNORE + more)
    assert done.returncode == code, done.stderr
    assert ("1 ignored" in done.stderr) == (code == 0)
    expired = "was ignored until 2000-01-01: CTX102 at * (traces of its own)" in done.stderr
    assert expired == ("2000" in more)


def test_an_ignore_is_of_its_own_code(check, logs):
    table = IGNORE.replace("CTX102", "CTX101")
    assert check(logs / "submit.log", table=table).returncode == 1


def test_settings_of_the_readme_do_what_it_says(check, logs, tmp_path):
    readme = (PROGRAMS.parent.parent / "README.md").read_text("utf-8")
    (table,) = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)
    assert table.count("2030-12-31") == 1  # which passes
    table = table.replace("2030-12-31", "9999-12-31")
    (tmp_path / "shop").mkdir()
    text = (BROKEN / "executor_submit.py").read_text("utf-8")
    audit = tmp_path / "shop" / "audit.py"
    audit.write_text(text.replace("create_order", "write_order"), encoding="utf-8")
    run_program(audit, env={"CTXWATCH_LOG_FILE": str(tmp_path / "audit.log")})
    assert check("audit.log").returncode == 1
    done = check("audit.log", table=table)
    assert (done.returncode, done.stderr) == (0, "ctxwatch: findings: 1 ignored\n")
    assert check(logs / "submit.log", table=table).returncode == 1
    assert check(logs / "late.log", table=table).returncode == 1


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ("[tool.ctxwatch]\nseverity = 1\n", "'severity'"),
        ("[tool.ctxwatch]\nseverities = 1\n", "severities is no table"),
        ("[tool.ctxwatch]\nignores = 1\n", "ignores is no array"),
        ('[tool.ctxwatch.severities]\nCTX102 = "fatal"\n', "CTX102 is 'fatal'"),
        ('[tool.ctxwatch.severities]\nCTX109 = "info"\n', "'CTX109'"),
        (IGNORE + "until = 1\n", "'until'"),
        (IGNORE + 'expires = "2030-01-01"\n', "expires"),
        (IGNORE + "expires = 2030-01-01T00:00:00\n", "expires"),
        (IGNORE + "site = 1\n", "site"),
        (IGNORE.replace("traces of its own", ""), "reason"),
        (IGNORE.replace("CTX102", "CTX999"), "'CTX999'"),
        ('[[tool.ctxwatch.ignores]]\nreason = "x"\n', "code"),
        ("[tool.ctxwatch\n", "pyproject.toml"),
    ],
)
def test_settings_that_cannot_be_used_are_named(check, logs, table, word):
    done = check(logs / "whole.log", table=table)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert word in done.stderr
    assert "pyproject.toml" in done.stderr


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ([], "LOG"),
        (["nowhere.log"], "nowhere.log: no such file"),
        (["whole.log", "--baseline", "nowhere.json"], "--update-baseline makes it"),
        (["whole.log", "--baseline", "whole.log"], "is no baseline"),
        (["whole.log", "--update-baseline"], "needs --baseline"),
        (["whole.log", "--severity", "bad"], "bad"),
    ],
)
def test_what_cannot_be_told_is_exit_code_2(ctxwatch, logs, words, part):
    done = ctxwatch("check", *words, cwd=logs)
    assert (done.returncode, done.stdout) == (2, "")
    assert part in done.stderr


def test_nothing_watched_is_no_success(check, logs, tmp_path):
    (tmp_path / "empty.log").touch()
    done = check("empty.log")
    assert done.returncode == 2
    assert "was the program run under ctxwatch" in done.stderr
    assert check("empty.log", logs / "whole.log").returncode == 0


def test_broken_lines_are_named_and_not_fatal(check, logs, tmp_path):
    whole = (logs / "whole.log").read_text("utf-8")
    (tmp_path / "cut.log").write_text(whole + '{"schema": 1, "kind": "fin', encoding="utf-8")
    done = check("cut.log")
    assert done.returncode == 0
    assert f"ctxwatch: cut.log:{whole.count(chr(10)) + 1}: " in done.stderr


def test_sarif_has_the_new_findings(check, logs):
    check(logs / "late.log", "--severity=info", "--baseline=b.json", "--update-baseline")
    words = [logs / "late.log", logs / "submit.log", "--severity=info", "--baseline=b.json"]
    done = check(*words, "--format", "sarif")
    assert done.returncode == 1
    (run,) = json.loads(done.stdout)["runs"]
    assert [(result["ruleId"], result["level"]) for result in run["results"]] == [
        ("CTX102", "warning")
    ]


def test_junit_fails_for_what_was_asked_to_fail(check, logs):
    done = check(logs / "late.log", "--severity", "info", "--format", "junit")
    assert done.returncode == 1
    assert [item.get("type") for item in ET.fromstring(done.stdout).iter("failure")] == ["CTX501"]
    done = check(logs / "whole.log", "--format", "junit")
    assert done.returncode == 0
    assert list(ET.fromstring(done.stdout).iter("failure")) == []


def test_github_annotations(ctxwatch, tmp_path):
    """Each is one workflow command with a path below the checkout; its marks are escaped."""
    (tmp_path / "shop, new").mkdir()
    program = tmp_path / "shop, new" / "app.py"
    text = (BROKEN / "executor_submit.py").read_text("utf-8")
    (name,) = set(re.findall(r"# orphan: (.*)", text))
    program.write_text(text.replace(f'"{name}"', '"100%\\n::error::x"'), encoding="utf-8")
    run_program(program, env={"CTXWATCH_LOG_FILE": str(tmp_path / "log")})
    done = ctxwatch("check", "log", "--format", "github", cwd=tmp_path)
    assert done.returncode == 1
    (command,) = done.stdout.splitlines()
    line = line_of("executor_submit.py", "lost here")
    head = f"::warning file=shop%2C new/app.py,line={line},title=CTX102::span '100%25%0A::error::x'"
    assert command.startswith(head)


@pytest.mark.parametrize("columns", [60, 100])
def test_remedies_keep_to_the_width(ctxwatch, logs, tmp_path, columns):
    """And no word of them is cut in two."""
    done = ctxwatch("check", logs / "submit.log", cwd=tmp_path, COLUMNS=str(columns))
    remedy = [line for line in done.stdout.splitlines() if line.startswith("    ")]
    assert max(map(len, remedy)) <= columns
    assert "call ThreadingInstrumentor().instrument() once at start-up." in " ".join(
        line.strip() for line in remedy
    )


def test_names_that_the_terminal_cannot_show(ctxwatch, tmp_path):
    """They are escaped there; formats for machines are in UTF-8 all the same."""
    program = tmp_path / "app.py"
    text = (BROKEN / "executor_submit.py").read_text("utf-8")
    (name,) = set(re.findall(r"# orphan: (.*)", text))
    program.write_text(text.replace(f'"{name}"', '"z\u00e4hlen"'), encoding="utf-8")
    run_program(program, env={"CTXWATCH_LOG_FILE": str(tmp_path / "log")})
    done = ctxwatch("check", "log", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout.isascii()) == (1, True)
    assert r"span 'z\xe4hlen' lost" in done.stdout
    done = ctxwatch("check", "log", "--format=github", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert "span 'z\u00e4hlen' lost" in done.stdout


def test_without_the_extra_it_says_what_to_install(logs, tmp_path):
    """And not with exit code 1, which would mean findings."""
    (tmp_path / "msgspec.py").write_text(
        "raise ModuleNotFoundError('no', name='msgspec')\n", encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "ctxwatch", "check", str(logs / "whole.log")],
        env=environment(
            PYTHONPATH=os.pathsep.join(
                filter(None, [str(tmp_path), os.environ.get("PYTHONPATH", "")])
            )
        ),
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'ctxwatch[report]'" in done.stderr
