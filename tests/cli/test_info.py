"""``ctxwatch info``."""

from __future__ import annotations

import json
import sys
from importlib import metadata

from ctxwatch import config


def facts(done) -> dict:
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_every_setting_with_its_source(ctxwatch):
    done = ctxwatch("info", "--json", CTXWATCH_INSTRUMENTORS="asyncio", OTEL_LOG_LEVEL="debug")
    settings = {setting.pop("name"): setting for setting in facts(done)["settings"]}
    assert list(settings) == [setting.name for setting in config.SETTINGS]
    assert all(setting["doc"] and setting["expected"] for setting in settings.values())
    found = {name: (setting["value"], setting["source"]) for name, setting in settings.items()}
    assert found["CTXWATCH_INSTRUMENTORS"] == (["asyncio"], "environment")
    assert found["CTXWATCH_LOG_LEVEL"] == ("debug", "OTEL_LOG_LEVEL")
    assert found["CTXWATCH_LOG_FILE"] == (None, "default")


def test_versions(ctxwatch):
    found = facts(ctxwatch("info", "--json"))
    assert found["ctxwatch"] == metadata.version("ctxwatch")
    assert found["python"]["executable"] == sys.executable
    for name in ("structlog", "opentelemetry-api", "opentelemetry-sdk"):
        assert found["packages"][name] == metadata.version(name)


def test_problems_name_the_setting(ctxwatch):
    found = facts(ctxwatch("info", "--json", CTXWATCH_LOG_LEVEL="loud", CTXWATCH_LOGFILE="x"))
    assert [problem.partition("=")[0] for problem in found["problems"]] == [
        "CTXWATCH_LOG_LEVEL",
        "CTXWATCH_LOGFILE",
    ]


def test_what_the_agent_patches(ctxwatch):
    found = facts(ctxwatch("info", "--json"))
    assert any("Thread.start" in label for label in found["patched"])
    assert "uvloop" in found["pending"]
    assert isinstance(found["late"], list)


def test_nothing_is_written_to_the_log(ctxwatch, tmp_path):
    log = tmp_path / "log"
    done = ctxwatch("info", CTXWATCH_LOG_FILE=str(log), CTXWATCH_LOG_LEVEL="debug")
    assert (done.returncode, done.stderr) == (0, "")
    assert not log.exists() or log.read_text() == ""


def test_readable_by_people(ctxwatch):
    done = ctxwatch("info", CTXWATCH_LOG_LEVEL="loud", CTXWATCH_INSTRUMENTORS="none")
    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        "  CTXWATCH_INSTRUMENTORS = none  (environment)",
        "  CTXWATCH_LOG_FILE = not set  (default)",
        "  CTXWATCH = 0  (default)",
        f"structlog {metadata.version('structlog')}",
    ):
        assert line in done.stdout.splitlines()
    assert "CTXWATCH_LOG_LEVEL='loud' is not usable" in done.stdout
