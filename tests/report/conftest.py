"""Logs of real runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from reporting import DEMO, FAMILIES, write_log
from support import PROGRAMS, Record, run_program


@pytest.fixture(scope="session")
def demo_records() -> list[Record]:
    """What the demo's processes log at level debug, its seven broken hand-offs among it."""
    return run_program(DEMO, instrumentors="none", level="debug").records


@pytest.fixture(scope="session")
def demo_log(demo_records: list[Record], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file."""
    return write_log(tmp_path_factory.mktemp("demo") / "demo.jsonl", demo_records)


@pytest.fixture(scope="session")
def family_logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a log for each of `FAMILIES`."""
    directory = tmp_path_factory.mktemp("families")
    for family, program in FAMILIES.items():
        for instrumentors in ("none", "threading,asyncio"):
            path = PROGRAMS / "broken" / f"{program}.py"
            records = run_program(path, instrumentors=instrumentors, level="debug").records
            if family in {r["family"] for r in records if r["kind"] == "finding"}:
                write_log(directory / f"{family}.jsonl", records)
                break
        else:
            pytest.fail(f"{program} shows no {family}")
    return directory
