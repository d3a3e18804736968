"""Every setting, once: its name, type, default and meaning.

Settings come from the environment alone, because the agent is switched on
where nobody can pass it an argument. A value that cannot be used never stops
the program: the default takes its place and the reason is kept in
`Config.problems`, which the agent writes as a notice.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LEVELS = ("debug", "info", "warning")
FORMATS = ("auto", "console", "json")
#: Boundaries that are watched only on request, because they are hot.
OPTIONAL_BOUNDARIES = ("call_soon",)
INSTRUMENTORS = ("threading", "asyncio")

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


class Setting(NamedTuple):
    """One setting: the environment variable, how to read it, and what it is for."""

    name: str
    parse: Callable[[str], Any]
    default: Any
    values: str
    doc: str


class Problem(NamedTuple):
    """A setting that could not be used."""

    name: str
    value: str
    expected: str

    def __str__(self) -> str:
        """Say what is wrong and what would be right."""
        return f"{self.name}={self.value!r} is not usable: expected {self.expected}"


def _switch(text: str) -> bool:
    lowered = text.strip().lower()
    if lowered in _TRUE:
        return True
    if lowered in _FALSE:
        return False
    raise ValueError(text)


def _choice(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        lowered = text.strip().lower()
        if lowered not in allowed:
            raise ValueError(text)
        return lowered

    return parse


def _instrumentors(text: str) -> tuple[str, ...]:
    names = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if names == ("none",):
        return ()
    if not names or any(name not in INSTRUMENTORS for name in names):
        raise ValueError(text)
    return names


def _boundaries(text: str) -> tuple[str, ...]:
    names = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if any(name not in OPTIONAL_BOUNDARIES for name in names):
        raise ValueError(text)
    return names


def _detached(text: str) -> tuple[tuple[str, str, str], ...]:
    """Read ``file:function=reason`` entries, divided by semicolons."""
    found = []
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        where, _, reason = entry.partition("=")
        file, _, function = where.rpartition(":")
        if not (file and function and reason.strip()):
            raise ValueError(entry)
        found.append((file.strip(), function.strip(), reason.strip()))
    return tuple(found)


def _ratio(text: str) -> float:
    ratio = float(text)
    if not 0 <= ratio <= 1:
        raise ValueError(text)
    return ratio


def _signal(text: str) -> str:
    """Read a signal's name, with or without SIG: one that a program can handle."""
    import signal

    name = "SIG" + text.strip().upper().removeprefix("SIG")
    if name not in signal.Signals.__members__ or name in ("SIGKILL", "SIGSTOP"):
        raise ValueError(text)
    return name


def _path(text: str) -> str | None:
    return text or None


SETTINGS = (
    Setting(
        "CTXWATCH",
        _switch,
        default=False,
        values="0 or 1",
        doc="Switches the agent on. 0 wins over every other way of switching it on.",
    ),
    Setting(
        "CTXWATCH_INSTRUMENTORS",
        _instrumentors,
        default=INSTRUMENTORS,
        values="threading, asyncio, both with a comma, or none",
        doc="OpenTelemetry instrumentors to apply. none watches the program as it is.",
    ),
    Setting(
        "CTXWATCH_LOG_LEVEL",
        _choice(*LEVELS),
        default="info",
        values="debug, info or warning",
        doc=(
            "debug writes every snapshot, info those of crossings that were not kept, "
            "warning only findings. Where unset, OTEL_LOG_LEVEL=debug counts as debug."
        ),
    ),
    Setting(
        "CTXWATCH_LOG_FORMAT",
        _choice(*FORMATS),
        default="auto",
        values="auto, console or json",
        doc="auto is console on a terminal and JSON lines anywhere else.",
    ),
    Setting(
        "CTXWATCH_LOG_FILE",
        _path,
        default=None,
        values="a path",
        doc="Appends the records to this file instead of stderr. Many processes may share it.",
    ),
    Setting(
        "CTXWATCH_CONTROL_FILE",
        _path,
        default=None,
        values="a path",
        doc=(
            "Switches the watch while the program runs: the file says on, off, debug, info or "
            "warning, and is looked at about once a second."
        ),
    ),
    Setting(
        "CTXWATCH_DETACHED",
        _detached,
        default=(),
        values="file:function=reason entries with semicolons between; globs are allowed",
        doc="Hand-offs in these functions are meant to leave their trace: never a finding.",
    ),
    Setting(
        "CTXWATCH_BOUNDARIES",
        _boundaries,
        default=(),
        values="call_soon",
        doc="Boundaries to watch beside the usual ones: loop.call_soon, which is a hot one.",
    ),
    Setting(
        "CTXWATCH_SAMPLE",
        _ratio,
        default=1.0,
        values="a number from 0 to 1",
        doc="The share of traces whose hand-offs are watched: of each trace all, or none.",
    ),
    Setting(
        "CTXWATCH_SIGNAL",
        _signal,
        default=None,
        values="a signal's name, such as USR2",
        doc="On this signal, writes all units with their open scopes, and all open spans.",
    ),
    Setting(
        "CTXWATCH_STRICT",
        _switch,
        default=False,
        values="0 or 1",
        doc="Raises the agent's own errors instead of counting them. For ctxwatch's own tests.",
    ),
)

_BY_NAME = {setting.name: setting for setting in SETTINGS}


class Config(NamedTuple):
    """The settings in force.

    `values` maps each setting's name to its value, `sources` to where the value
    came from: ``environment``, ``OTEL_LOG_LEVEL`` or ``default``.
    """

    values: Mapping[str, Any]
    sources: Mapping[str, str]
    problems: tuple[Problem, ...]

    def value(self, name: str) -> Any:
        """The value of the setting *name*, of the type that its parser returns."""
        return self.values[name]


def read(environ: Mapping[str, str] | None = None) -> Config:
    """Read all settings from *environ*, by default the process's own."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    problems = []
    for setting in SETTINGS:
        text = environ.get(setting.name)
        values[setting.name], sources[setting.name] = setting.default, "default"
        if text is None or (text == "" and setting.name != "CTXWATCH"):
            continue
        try:
            values[setting.name] = setting.parse(text)
        except ValueError:
            problems.append(Problem(setting.name, text, setting.values))
        else:
            sources[setting.name] = "environment"
    if (
        sources["CTXWATCH_LOG_LEVEL"] == "default"
        and environ.get("OTEL_LOG_LEVEL", "").strip().lower() == "debug"
    ):
        values["CTXWATCH_LOG_LEVEL"], sources["CTXWATCH_LOG_LEVEL"] = "debug", "OTEL_LOG_LEVEL"
    known = ", ".join(_BY_NAME)
    problems.extend(
        Problem(name, environ[name], f"one of the settings {known}")
        for name in sorted(environ)
        if name.startswith("CTXWATCH_") and name not in _BY_NAME
    )
    return Config(values, sources, tuple(problems))
