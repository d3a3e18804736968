"""The documentation says what is true: its commands run, its tables match, its samples are real."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support import Result, run_program

from ctxwatch import config, judge, model

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
EXAMPLE = (ROOT / "sitecustomize_example" / "README.md").read_text("utf-8")
APP = ROOT / "sitecustomize_example" / "app.py"


def rows(text: str, columns: int) -> list[list[str]]:
    """Return the cells of every table row that has that many columns, headings left out."""
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == columns and not set(cells[0]) <= set("-"):
            found.append(cells)
    return found


def line_of(text: str) -> int:
    """Return the number of the one line of the demo that is *text*."""
    numbers = [n for n, line in enumerate(APP.read_text("utf-8").splitlines(), 1) if text in line]
    assert len(numbers) == 1, text
    return numbers[0]


@pytest.fixture(scope="module")
def bare_demo() -> Result:
    return run_program(APP, instrumentors="none")


@pytest.fixture(scope="module")
def instrumented_demo() -> Result:
    return run_program(APP, instrumentors="threading,asyncio")


def test_settings_table_is_the_settings() -> None:
    table = {cells[0].strip("`"): cells[1:] for cells in rows(README, 4)[1:]}
    assert set(table) == {setting.name for setting in config.SETTINGS}
    for setting in config.SETTINGS:
        values, default, doc = table[setting.name]
        assert values == setting.values
        assert doc == setting.doc
        if setting.name == "CTXWATCH_LOG_FILE":
            assert default == "stderr"
        else:
            assert config.read({setting.name: default}).value(setting.name) == setting.default


def test_verdict_table_is_the_verdicts() -> None:
    named = {cells[0].strip("`") for cells in rows(README, 2)}
    assert {verdict.value for verdict in model.Verdict} <= named


def test_every_code_is_explained() -> None:
    named = {cells[0].strip("`") for cells in rows(README, 2)}
    assert set(judge.LOST_CODES.values()) <= named


def test_demo_prints_the_tree_of_the_page(bare_demo: Result) -> None:
    blocks = EXAMPLE.split("```")[1::2]
    assert "\n" + bare_demo.stdout in blocks


def test_demo_findings_are_those_of_the_page(bare_demo: Result) -> None:
    promised = {
        (code.strip("`"), line_of(line.strip("`")), span, parent)
        for line, code, span, parent in rows(EXAMPLE, 4)[1:]
    }
    found = {
        (f["code"], f["code.line.number"], f["span_name"], f["expected_parent"]["name"])
        for f in bare_demo.findings
    }
    assert len(promised) == 7
    assert found == promised
    assert len(bare_demo.findings) == 7


def test_instrumentors_rescue_five_of_the_seven(instrumented_demo: Result) -> None:
    assert {f["span_name"] for f in instrumented_demo.findings} == {
        "mail the receipt",
        "render the invoice",
    }
    rescued = {
        record["code.line.number"]
        for record in instrumented_demo.snapshots
        if record.get("verdict") == "rescued"
    }
    marks = ("# lost: Thread\n", "# lost: Timer", "# lost: submit", "# lost: map", "# lost: run_in")
    source = APP.read_text("utf-8").splitlines(keepends=True)
    lines = {n for n, line in enumerate(source, 1) if any(mark in line for mark in marks)}
    assert len(lines) == 5
    assert lines <= rescued


def test_sample_in_the_readme_is_real(bare_demo: Result) -> None:
    """Every line of the first sample stands in the console output of the demo, ids aside."""
    sample = re.search(r"```\n(ctxwatch .*?)```", README, re.DOTALL)
    assert sample is not None
    shown = run_program(
        APP,
        instrumentors="none",
        env={
            "CTXWATCH_LOG_FILE": None,
            "CTXWATCH_LOG_FORMAT": "console",
            "COLUMNS": "100",
        },
        cwd=ROOT,
    )
    real = {without_ids(line) for line in shown.stderr.splitlines()}
    missing = [line for line in sample[1].splitlines() if without_ids(line) not in real]
    assert missing == [], shown.stderr
    assert bare_demo.returncode == 0


def without_ids(line: str) -> str:
    """Take out what differs from run to run: times, ids, process and pool numbers."""
    line = re.sub(r"\d\d:\d\d:\d\d\.\d{3}", "TIME", line)
    line = re.sub(r"\b[0-9a-f]{16,32}\b", "ID", line)
    return re.sub(r"pid \d+|Executor-\d+_\d+", "N", line)


def test_costs_in_the_readme_are_the_measured_ones() -> None:
    """`results.json` is what the benchmark wrote last."""
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text("utf-8"))

    def added(workload: str, variant: str) -> str:
        return f"{results['hand_offs'][workload]['added_us'][variant][0]:.0f} µs"

    memory = {name: sizes["1000000"] for name, sizes in results["memory"].items()}
    service = results["service"]["/rescued"]["variants"]["both"]["cpu"][0]
    (section,) = re.findall(r"## What it costs\n(.*?)\n## ", README, re.DOTALL)
    assert re.findall(r"[\d.]+ (?:µs|MiB|times)", section) == [
        added("create_task", "none"),
        added("to_thread", "none"),
        added("create_task", "by_hand"),
        added("to_thread", "by_hand"),
        added("span", "none"),
        f"{memory['none'] - memory['bare']:.0f} MiB",
        f"{service:.1f} times",
    ]
