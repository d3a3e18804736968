"""``ctxwatch info``: the settings in force, the versions, and what is patched here."""

from __future__ import annotations

import json
import os
import sys
from importlib import metadata
from typing import TYPE_CHECKING, Any

from ctxwatch import config
from ctxwatch._version import __version__

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

SUMMARY = "Show every setting, the versions, and what the agent patches."

_STATES = ("patched", "pending", "late")


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print what `collect` gives."""
    facts = collect()
    text = json.dumps(facts, indent=2) if args.json else "\n".join(_lines(facts))
    sys.stdout.write(text + "\n")
    return 0


def collect() -> dict[str, Any]:
    """All that `info` knows, as it goes into the JSON."""
    settings = config.read()
    return {
        "ctxwatch": __version__,
        "python": {"version": sys.version.split()[0], "executable": sys.executable},
        "packages": _packages(),
        "settings": [
            {
                "name": setting.name,
                "value": settings.values[setting.name],
                "source": settings.sources[setting.name],
                "expected": setting.values,
                "doc": setting.doc,
            }
            for setting in config.SETTINGS
        ],
        "problems": [str(problem) for problem in settings.problems],
        **_agent_status(settings),
    }


def _packages() -> dict[str, str]:
    """Name and version of structlog and of every OpenTelemetry package, sorted by name."""
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        # An unfinished removal leaves a distribution without a name behind.
        name = (distribution.metadata["Name"] or "").lower()
        if name == "structlog" or name.startswith("opentelemetry-"):
            found.setdefault(name, distribution.version)
    return dict(sorted(found.items()))


def _agent_status(settings: config.Config) -> dict[str, list[str]]:
    """What the agent patches in a process like this one: it is installed to see it."""
    # It is not to write anything meanwhile: `info` shows the problems itself.
    for name in ("CTXWATCH_LOG_FILE", *(problem.name for problem in settings.problems)):
        os.environ.pop(name, None)
    from ctxwatch import agent

    agent.install()
    try:
        status = agent.status()
    finally:
        agent.uninstall()
    return {state: list(status[state]) for state in _STATES}


def _lines(facts: dict[str, Any]) -> Iterator[str]:
    python = facts["python"]
    yield f"ctxwatch {facts['ctxwatch']}"
    yield f"Python {python['version']} ({python['executable']})"
    for name, version in facts["packages"].items():
        yield f"{name} {version}"
    yield ""
    yield "settings"
    for setting in facts["settings"]:
        yield f"  {setting['name']} = {_shown(setting['value'])}  ({setting['source']})"
        yield f"      {setting['doc']}"
    for title, items in (
        ("problems", facts["problems"]),
        *((state, facts[state]) for state in _STATES),
    ):
        yield ""
        yield title if items else f"{title}: none"
        for item in items:
            yield f"  {item}"


def _shown(value: object) -> str:
    """A setting's value as one would write it in the environment."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple):
        return ",".join(value) or "none"
    return "not set" if value is None else str(value)
