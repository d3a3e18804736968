"""Settings: what each takes, where its value comes from, and what becomes of a bad one."""

from __future__ import annotations

from typing import Any

import pytest

from ctxwatch import config

NAMES = [setting.name for setting in config.SETTINGS]


def test_nothing_set_means_the_defaults() -> None:
    found = config.read({})
    assert dict(found.values) == {
        "CTXWATCH": False,
        "CTXWATCH_INSTRUMENTORS": ("threading", "asyncio"),
        "CTXWATCH_LOG_LEVEL": "info",
        "CTXWATCH_LOG_FORMAT": "auto",
        "CTXWATCH_LOG_FILE": None,
        "CTXWATCH_CONTROL_FILE": None,
        "CTXWATCH_DETACHED": (),
        "CTXWATCH_BOUNDARIES": (),
        "CTXWATCH_SAMPLE": 1.0,
        "CTXWATCH_SIGNAL": None,
        "CTXWATCH_STRICT": False,
    }
    assert dict(found.sources) == dict.fromkeys(NAMES, "default")
    assert found.problems == ()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        *(("CTXWATCH", text, True) for text in ("1", "true", "YES", " on ", "True")),
        *(("CTXWATCH", text, False) for text in ("0", "false", "No", "OFF", "")),
        ("CTXWATCH_STRICT", "1", True),
        ("CTXWATCH_BOUNDARIES", "call_soon", ("call_soon",)),
        ("CTXWATCH_STRICT", "off", False),
        ("CTXWATCH_SIGNAL", "int", "SIGINT"),
        ("CTXWATCH_SIGNAL", "SIGTERM", "SIGTERM"),
        ("CTXWATCH_INSTRUMENTORS", "threading", ("threading",)),
        ("CTXWATCH_INSTRUMENTORS", "asyncio", ("asyncio",)),
        ("CTXWATCH_INSTRUMENTORS", "threading,asyncio", ("threading", "asyncio")),
        ("CTXWATCH_INSTRUMENTORS", " Threading , ASYNCIO ,", ("threading", "asyncio")),
        ("CTXWATCH_INSTRUMENTORS", "none", ()),
        ("CTXWATCH_INSTRUMENTORS", " NONE ", ()),
        *(("CTXWATCH_LOG_LEVEL", level, level) for level in ("debug", "info", "warning")),
        ("CTXWATCH_LOG_LEVEL", " DEBUG", "debug"),
        *(("CTXWATCH_LOG_FORMAT", kind, kind) for kind in ("auto", "console", "json")),
        ("CTXWATCH_LOG_FORMAT", "JSON", "json"),
        ("CTXWATCH_LOG_FILE", "/tmp/My Log.jsonl ", "/tmp/My Log.jsonl "),
        ("CTXWATCH_DETACHED", "jobs.py:start=a batch", (("jobs.py", "start", "a batch"),)),
        (
            "CTXWATCH_DETACHED",
            " C:\\shop\\*.py : poll = a = b ; jobs/*.py:*=batch;",
            (("C:\\shop\\*.py", "poll", "a = b"), ("jobs/*.py", "*", "batch")),
        ),
    ],
)
def test_a_value_is_read(name: str, text: str, value: Any) -> None:
    found = config.read({name: text})
    assert found.value(name) == value
    assert type(found.value(name)) is type(value)
    assert found.sources[name] == "environment"
    assert found.problems == ()
    others = [other for other in NAMES if other != name]
    assert {found.sources[other] for other in others} == {"default"}


@pytest.mark.parametrize("name", [name for name in NAMES if name != "CTXWATCH"])
def test_an_empty_value_is_as_good_as_none(name: str) -> None:
    """``VARIABLE=`` is how a compose file or a unit file leaves one unset."""
    assert config.read({name: ""}) == config.read({})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CTXWATCH", "maybe"),
        ("CTXWATCH", "2"),
        ("CTXWATCH_STRICT", "very"),
        ("CTXWATCH_SIGNAL", "KILL"),
        ("CTXWATCH_SIGNAL", "9"),
        ("CTXWATCH_BOUNDARIES", "call_soon,everything"),
        ("CTXWATCH_INSTRUMENTORS", "django"),
        ("CTXWATCH_INSTRUMENTORS", "threading,django"),
        ("CTXWATCH_INSTRUMENTORS", "none,threading"),
        ("CTXWATCH_INSTRUMENTORS", " , "),
        ("CTXWATCH_LOG_LEVEL", "loud"),
        ("CTXWATCH_LOG_LEVEL", "error"),
        ("CTXWATCH_LOG_FORMAT", "xml"),
        ("CTXWATCH_DETACHED", "jobs.py:start"),
        ("CTXWATCH_DETACHED", "jobs.py:start= "),
        ("CTXWATCH_DETACHED", "start=a batch"),
        ("CTXWATCH_DETACHED", "jobs.py:=a batch"),
        ("CTXWATCH_DETACHED", "jobs.py:start=a batch;poll"),
    ],
)
def test_a_bad_value_falls_back_and_is_named(name: str, text: str) -> None:
    found = config.read({name: text})
    assert found.values == config.read({}).values
    assert found.sources[name] == "default"
    (problem,) = found.problems
    (setting,) = [setting for setting in config.SETTINGS if setting.name == name]
    assert str(problem) == f"{name}={text!r} is not usable: expected {setting.values}"


def test_one_bad_value_spoils_no_other() -> None:
    found = config.read({"CTXWATCH_LOG_FORMAT": "xml", "CTXWATCH_LOG_LEVEL": "debug"})
    assert found.value("CTXWATCH_LOG_LEVEL") == "debug"
    assert [problem.name for problem in found.problems] == ["CTXWATCH_LOG_FORMAT"]


@pytest.mark.parametrize(
    ("environ", "level", "source"),
    [
        ({"OTEL_LOG_LEVEL": "debug"}, "debug", "OTEL_LOG_LEVEL"),
        ({"OTEL_LOG_LEVEL": " DEBUG "}, "debug", "OTEL_LOG_LEVEL"),
        ({"OTEL_LOG_LEVEL": "info"}, "info", "default"),
        ({"OTEL_LOG_LEVEL": "error"}, "info", "default"),
        ({"OTEL_LOG_LEVEL": "nonsense"}, "info", "default"),
        ({"OTEL_LOG_LEVEL": "debug", "CTXWATCH_LOG_LEVEL": "info"}, "info", "environment"),
        ({"OTEL_LOG_LEVEL": "debug", "CTXWATCH_LOG_LEVEL": "warning"}, "warning", "environment"),
        ({"OTEL_LOG_LEVEL": "debug", "CTXWATCH_LOG_LEVEL": ""}, "debug", "OTEL_LOG_LEVEL"),
    ],
)
def test_opentelemetrys_own_level_counts_where_ours_is_unset(
    environ: dict[str, str], level: str, source: str
) -> None:
    found = config.read(environ)
    assert found.value("CTXWATCH_LOG_LEVEL") == level
    assert found.sources["CTXWATCH_LOG_LEVEL"] == source
    assert found.problems == ()


def test_an_unknown_setting_is_named_with_the_known_ones() -> None:
    environ = {"CTXWATCH_LOGLEVEL": "debug", "CTXWATCH_COLOR": "1", "CTXWATCHER": "x"}
    problems = config.read(environ).problems
    assert [(problem.name, problem.value) for problem in problems] == [
        ("CTXWATCH_COLOR", "1"),
        ("CTXWATCH_LOGLEVEL", "debug"),
    ]
    for name in NAMES:
        assert name in problems[0].expected


def test_the_environment_is_the_process_s_own_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTXWATCH_LOG_FORMAT", "console")
    assert config.read().value("CTXWATCH_LOG_FORMAT") == "console"


@pytest.mark.parametrize("setting", config.SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_says_what_it_is_for(setting: config.Setting) -> None:
    assert setting.name.startswith("CTXWATCH")
    assert setting.doc.endswith(".")
    assert setting.values
