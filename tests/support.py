"""Run a program under the agent and read back what the agent wrote."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema

PROGRAMS = Path(__file__).parent / "programs"

#: Only against a hang. No test measures time.
HANG = 120

Record = dict[str, Any]


class Result(NamedTuple):
    """What a program left behind.

    `records` are the agent's log in file order, each valid against the schema.
    `spans` are the program's own account of its spans, by `collecting.report`:
    objects with name, trace_id, span_id and parent_id.
    """

    command: list[str]
    stdout: str
    stderr: str
    returncode: int
    records: list[Record]
    spans: list[Record]

    def of_kind(self, kind: str) -> list[Record]:
        """Return the records of one kind, oldest first."""
        return [record for record in self.records if record["kind"] == kind]

    @property
    def findings(self) -> list[Record]:
        """The findings that are wrong, repeats of a fingerprint included."""
        return [found for found in self.of_kind("finding") if found["severity"] != "info"]

    @property
    def late(self) -> list[Record]:
        """The late children, which are worth a word but not a warning."""
        return [found for found in self.of_kind("finding") if found["severity"] == "info"]

    @property
    def snapshots(self) -> list[Record]:
        """The snapshot records."""
        return self.of_kind("snapshot")

    @property
    def summary(self) -> Record:
        """The summary of the process that was started; there has to be one."""
        parts = self.of_kind("summary")
        assert parts, f"no summary\n{self}"
        return parts[-1]

    def span(self, name: str) -> list[Record]:
        """Return the program's spans of that name."""
        return [span for span in self.spans if span["name"] == name]

    def __str__(self) -> str:
        """Return the whole story, for the message of a failed assertion."""
        log = "\n".join(json.dumps(record) for record in self.records)
        return (
            f"$ {' '.join(self.command)}\n[exit code {self.returncode}]\n"
            f"--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}\n--- log\n{log}"
        )


@functools.cache
def _validator() -> jsonschema.Draft202012Validator:
    text = resources.files("ctxwatch").joinpath("reporter", "schema.json").read_text("utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


def read_log(path: Path) -> list[Record]:
    """Read a log file; every line has to be one object that the schema allows."""
    if not path.exists():
        return []
    records = []
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        problems = [error.message for error in _validator().iter_errors(record)]
        assert not problems, f"not as the schema says: {problems}\n{line}"
        records.append(record)
    return records


def environment(**changes: str | None) -> dict[str, str]:
    """Return this process's environment without any setting of an agent, then *changes*.

    A change to None removes the variable. The programs' shared modules are on PYTHONPATH.
    """
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CTXWATCH", "OTEL_", "PROGRAM_", "PYTEST_"))
    }
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(PROGRAMS), env.get("PYTHONPATH")]))
    for name, value in changes.items():
        if value is None:
            env.pop(name, None)
        else:
            env[name] = value
    return env


def run_program(
    path_or_code: Path | str,
    *,
    instrumentors: str = "none",
    level: str | None = None,
    env: dict[str, str | None] | None = None,
    args: tuple[str, ...] = (),
    python: str = sys.executable,
    via: str = "run",
    returncode: int = 0,
    cwd: Path | None = None,
) -> Result:
    """Run a program file, or code, to its end and return what it left behind.

    *via* is the route: ``run`` is ``python -m ctxwatch run``, ``switch`` is
    CTXWATCH=1 in the environment, and ``bare`` is no agent at all: then
    *instrumentors* are applied by the program itself, as it would in production.
    Raises AssertionError with the whole story for any other exit than *returncode*.
    """
    with tempfile.TemporaryDirectory() as directory:
        log, spans = Path(directory, "log.jsonl"), Path(directory, "spans.jsonl")
        program = path_or_code
        if isinstance(program, str):
            program = Path(directory, "program.py")
            program.write_text(str(path_or_code), encoding="utf-8")
        settings: dict[str, str | None] = {"PROGRAM_SPANS_FILE": str(spans)}
        if via == "bare":
            settings["PROGRAM_INSTRUMENTORS"] = instrumentors
        else:
            settings |= {
                "CTXWATCH_INSTRUMENTORS": instrumentors,
                "CTXWATCH_LOG_FILE": str(log),
                "CTXWATCH_LOG_LEVEL": level,
                "CTXWATCH_STRICT": "1",
            }
        if via == "switch":
            settings["CTXWATCH"] = "1"
        launcher = ["-m", "ctxwatch", "run"] if via == "run" else []
        command = [python, *launcher, str(program), *args]
        done = subprocess.run(
            command,
            env=environment(**settings | (env or {})),
            cwd=cwd or directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=HANG,
            check=False,
        )
        told = spans.read_text(encoding="utf-8").splitlines() if spans.exists() else []
        result = Result(
            command,
            done.stdout,
            done.stderr,
            done.returncode,
            read_log(log),
            [json.loads(line) for line in told],
        )
    assert result.returncode == returncode, str(result)
    return result
