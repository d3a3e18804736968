"""Every way of switching ctxwatch on has the agent installed as soon as OpenTelemetry is used."""

from __future__ import annotations

import importlib
import shutil
import sys
import sysconfig
from pathlib import Path

import pytest

from ctxwatch import config, startup

IS_WATCHED = """
import sys
import opentelemetry.sdk.trace
agent = sys.modules.get("ctxwatch.agent")
print("watched" if agent and agent.status()["patched"] else "not watched")
"""


@pytest.mark.parametrize(
    "module",
    [
        "opentelemetry.trace",
        "opentelemetry.context",
        "opentelemetry.sdk.trace",
        "opentelemetry.instrumentation.threading",
    ],
)
def test_installed_whichever_module_comes_first(start, module):
    code = f"import {module}, sys; print(sys.modules['ctxwatch.agent'].status()['patched'] != [])"
    done = start(sys.executable, "-c", code, CTXWATCH="1", CTXWATCH_STRICT="1")
    assert (done.stdout, done.returncode) == ("True\n", 0), done.stderr


def test_installed_once_and_with_nothing_half_imported(start):
    """`opentelemetry.context` is complete while what imported it is not."""
    code = (
        "import sys, types\n"
        "import ctxwatch\n"
        "from ctxwatch.startup import import_hook\n"
        "calls = []\n"
        "def install():\n"
        "    modules = [(n, m) for n, m in sys.modules.items() if n.startswith('opentelemetry')]\n"
        "    calls.append([n for n, m in modules if import_hook.is_half_imported(m)])\n"
        "agent = sys.modules['ctxwatch.agent'] = types.ModuleType('ctxwatch.agent')\n"
        "ctxwatch.agent = agent\n"
        "agent.install = install\n"
        "import opentelemetry.sdk.trace\n"
        "import opentelemetry.instrumentation.threading\n"
        "print(calls)\n"
    )
    done = start(sys.executable, "-c", code, CTXWATCH="1")
    assert done.stdout == "[[]]\n", done.stderr


@pytest.mark.parametrize("name", ["agent", "manual", "spans", "startup.otel_hooks"])
def test_program_that_imports_ctxwatch_first(start, name):
    """Then it is ctxwatch that imports OpenTelemetry, in the middle of its own import."""
    done = start(sys.executable, "-c", f"import ctxwatch.{name}\n{IS_WATCHED}", CTXWATCH="1")
    assert done.stdout == "watched\n"
    assert "not active" not in done.stderr


def test_program_that_imports_no_opentelemetry_writes_nothing(start, tmp_path):
    log = tmp_path / "log"
    done = start(sys.executable, "-c", "import json", CTXWATCH="1", CTXWATCH_LOG_FILE=str(log))
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
    assert not log.exists()


@pytest.mark.parametrize(
    ("command", "settings"),
    [
        (["-m", "ctxwatch", "run", sys.executable], {}),
        ([], {"CTXWATCH": "1"}),
        (["-I"], {"CTXWATCH": "1"}),
        (["-E"], {"CTXWATCH": "yes"}),
        ([], {"CTXWATCH": "1", "PYTHONPATH": startup.BOOTSTRAP}),
    ],
    ids=["run", "switch", "switch-isolated", "switch-E", "bootstrap"],
)
def test_routes_without_a_code_change(start, command, settings):
    done = start(sys.executable, *command, "-c", IS_WATCHED, **settings)
    assert done.stdout == "watched\n", done.stderr


@pytest.mark.parametrize(
    "line", ["import ctxwatch.auto", "import ctxwatch; ctxwatch.install()"], ids=["auto", "install"]
)
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_routes_by_code(start, line, before):
    imports = [line, "import opentelemetry.sdk.trace"]
    code = "\n".join([*(imports if before else reversed(imports)), IS_WATCHED])
    assert start(sys.executable, "-c", code).stdout == "watched\n"
    assert start(sys.executable, "-c", code, CTXWATCH="0").stdout == "not watched\n"


def test_activation_is_idempotent(start):
    code = (
        "from ctxwatch import startup\n"
        "from ctxwatch.startup import import_hook\n"
        "pending = len(import_hook._pending)\n"
        "startup.activate(); startup.activate(force=True); import ctxwatch.auto\n"
        "assert len(import_hook._pending) == pending\n" + IS_WATCHED
    )
    assert start(sys.executable, "-c", code, CTXWATCH="1").stdout == "watched\n"


def test_dependencies_without_ctxwatch(start, python_with_dependencies):
    """The bootstrap finds the ctxwatch that it is part of, and leaves sys.path alone."""
    code = IS_WATCHED + "print(sys.path)"
    plain = start(python_with_dependencies, "-c", code)
    watched = start(sys.executable, "-m", "ctxwatch", "run", python_with_dependencies, "-c", code)
    assert plain.stdout.startswith("not watched\n"), plain.stderr
    assert watched.stdout == plain.stdout.replace("not watched", "watched"), watched.stderr


def test_agent_without_structlog_is_one_line(start, python_without_structlog):
    code = "import opentelemetry.trace; print('goes on')"
    done = start(*(sys.executable, "-m", "ctxwatch", "run", python_without_structlog, "-c", code))
    assert (done.stdout, done.returncode) == ("goes on\n", 0)
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("ctxwatch: not active in this process: ")
    assert "No module named 'structlog'" in done.stderr


@pytest.mark.parametrize("order", ["ctxwatch-first", "opentelemetry-first"])
@pytest.mark.parametrize("instrumentors", ["none", "threading,asyncio"])
def test_together_with_opentelemetry_instrument(start, order, instrumentors):
    scripts = Path(sysconfig.get_path("scripts"))
    instrument = shutil.which("opentelemetry-instrument", path=str(scripts))
    watch = [sys.executable, "-m", "ctxwatch", "run", "--instrumentors", instrumentors]
    launchers = [*watch, instrument] if order == "ctxwatch-first" else [instrument, *watch]
    code = IS_WATCHED + (
        "from opentelemetry.instrumentation.threading import ThreadingInstrumentor\n"
        "print(ThreadingInstrumentor().is_instrumented_by_opentelemetry)\n"
        "print(sys.modules['sitecustomize'].__file__)\n"
        "print([entry for entry in sys.path if 'ctxwatch' in entry and 'bootstrap' in entry])\n"
    )
    done = start(
        *launchers,
        *(sys.executable, "-c", code),
        OTEL_TRACES_EXPORTER="none",
        OTEL_METRICS_EXPORTER="none",
        OTEL_LOGS_EXPORTER="none",
    )
    watched, instrumented, sitecustomize, bootstrap = done.stdout.splitlines()
    assert (watched, instrumented, bootstrap) == ("watched", "True", "[]"), done.stderr
    assert "auto_instrumentation" in sitecustomize
    assert "already instrumented" not in done.stderr


def test_auto_instrumentation_that_takes_itself_out_of_pythonpath(start, tmp_path):
    """Some versions of opentelemetry-instrument do: the program behind us would go without."""
    directory = tmp_path / "opentelemetry" / "instrumentation" / "auto_instrumentation"
    directory.mkdir(parents=True)
    (directory / "sitecustomize.py").write_text(
        "import os\nos.environ.pop('PYTHONPATH')\nprint('instrumented', flush=True)\n"
    )
    done = start(
        *(sys.executable, "-m", "ctxwatch", "run", sys.executable, "-c", IS_WATCHED),
        PYTHONPATH=str(directory),
    )
    assert done.stdout == "instrumented\ninstrumented\nwatched\n", done.stderr


def test_hooks_of_opentelemetry_instrument_stay_out_unless_switched_on(start):
    code = (
        "import sys\n"
        "from ctxwatch.startup import otel_hooks\n"
        "otel_hooks.pre_instrument(); otel_hooks.post_instrument()\n"
        "print('ctxwatch.instrumentors' in sys.modules, 'ctxwatch.agent' in sys.modules)\n"
    )
    assert start(sys.executable, "-c", code).stdout == "False False\n"
    assert start(sys.executable, "-c", code, CTXWATCH="0").stdout == "False False\n"


def test_hooks_never_raise(start, tmp_path):
    package = tmp_path / "ctxwatch"
    shutil.copytree(Path(startup.__file__).parent, package / "startup")
    (package / "__init__.py").write_text("")
    (package / "instrumentors.py").write_text("raise RuntimeError('damaged')\n")
    (package / "agent.py").write_text("raise RuntimeError('damaged too')\n")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from ctxwatch.startup import otel_hooks\n"
        f"assert otel_hooks.__file__.startswith({str(tmp_path)!r})\n"
        "otel_hooks.pre_instrument(); import opentelemetry.trace; otel_hooks.post_instrument()\n"
        "print('goes on')\n"
    )
    done = start(sys.executable, "-c", code, CTXWATCH="1", PYTHONPATH=str(tmp_path))
    assert (done.stdout, done.returncode) == ("goes on\n", 0), done.stderr


def test_start_file_names_the_entry():
    """What Python 3.15 and newer read in place of the .pth (PEP 829)."""
    text = Path(sysconfig.get_path("purelib"), "ctxwatch.start").read_text(encoding="utf-8")
    module, _, name = text.strip().partition(":")
    assert getattr(importlib.import_module(module), name) is startup.activate


def test_pth_is_one_short_line_that_nothing_escapes_from(start, bare_python, tmp_path):
    text = Path(sysconfig.get_path("purelib"), "ctxwatch.pth").read_text(encoding="ascii")
    assert len(text) <= 200
    assert text.count("\n") == 1
    package = tmp_path / "ctxwatch"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('damaged')\n")
    (tmp_path / "ctxwatch.pth").write_text(text * 2)
    code = f"import site; site.addsitedir({str(tmp_path)!r}); print('goes on')"
    done = start(bare_python, "-c", code, CTXWATCH="1")
    assert (done.stdout, done.stderr, done.returncode) == ("goes on\n", "", 0)


@pytest.mark.parametrize("value", [None, "", "0", "1", "on", "OFF", "True", "no", "maybe", " 1 "])
def test_switch_agrees_with_the_settings(monkeypatch, value):
    if value is None:
        monkeypatch.delenv("CTXWATCH", raising=False)
    else:
        monkeypatch.setenv("CTXWATCH", value)
    settings = config.read()
    usable = settings.sources["CTXWATCH"] == "environment"
    assert startup.switch() == (settings.values["CTXWATCH"] if usable else None)
