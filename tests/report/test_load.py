"""Logs are read, whatever is in them, and what many processes say is added up."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from collections import Counter
from pathlib import Path

import generated_log
import pytest
from reporting import FAMILIES, run_report, write_log
from support import PROGRAMS, Record, run_program

from ctxwatch.cli.errors import UsageError
from ctxwatch.report import sources
from ctxwatch.report.load import MOST_NAMED, Log, load

REPEATED = PROGRAMS / "broken" / "executor_submit.py"


def of_kind(records: list[Record], kind: str) -> list[Record]:
    return [record for record in records if record["kind"] == kind]


@pytest.fixture(scope="module")
def runs() -> list[list[Record]]:
    """The logs of three runs of one program, by processes of their own."""
    return [run_program(REPEATED, instrumentors="none", level="debug").records for _ in range(3)]


def test_every_record_of_real_logs_is_read(demo_records: list[Record], demo_log: Path) -> None:
    """Nothing is broken, nothing is lost, and the hand-offs are those of the summaries."""
    log = load([str(demo_log)])
    assert log.broken == []
    assert log.records == len(demo_records)
    assert log.processes == len({record["pid"] for record in demo_records})
    told: Counter[tuple[str, str]] = Counter()
    for summary in of_kind(demo_records, "summary"):
        for boundary, verdicts in summary["crossings"].items():
            told.update({(boundary, verdict): count for verdict, count in verdicts.items()})
    read = {
        (boundary, verdict): count
        for boundary, verdicts in log.crossings.items()
        for verdict, count in verdicts.items()
    }
    assert read == told


def test_a_finding_has_all_that_its_record_has(family_logs: Path) -> None:
    """Field by field, for each family."""
    for family in FAMILIES:
        path = family_logs / f"{family}.jsonl"
        records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        first = {}
        for record in of_kind(records, "finding"):
            first.setdefault(record["fingerprint"], record)
        findings = load([str(path)]).findings
        assert {found.fingerprint for found in findings} == set(first)
        for found in findings:
            record = first[found.fingerprint]
            assert (found.file, found.line, found.function) == (
                record["code.file.path"],
                record["code.line.number"],
                record["code.function.name"],
            )
            for name in ("code", "family", "severity", "headline", "span_name", "cause", "pid"):
                assert getattr(found, name) == record[name]
            for name in ("actual_parent", "expected_parent", "inherited", "remedy"):
                value = getattr(found, name)
                fields = None if value is None else {k: getattr(value, k) for k in record[name]}
                assert fields == record[name]
            assert [hop.boundary for hop in found.hops] == [h["boundary"] for h in record["hops"]]


def test_the_same_finding_of_many_processes_is_one(
    runs: list[list[Record]], tmp_path: Path
) -> None:
    """In a file each or all in one, the counts add up."""
    apart = [str(write_log(tmp_path / f"{number}.jsonl", run)) for number, run in enumerate(runs)]
    together = write_log(tmp_path / "all.jsonl", [record for run in runs for record in run])
    times = sum(
        entry["count"]
        for run in runs
        for summary in of_kind(run, "summary")
        for entry in summary["findings"]
    )
    for paths in (apart, [str(together)]):
        (found,) = load(paths).findings
        assert found.processes == 3
        assert found.count == times


def test_repeats_are_counted_by_the_summary(tmp_path: Path) -> None:
    """A finding is written once, and its count at the end."""
    records = run_program(
        """\
from concurrent.futures import ThreadPoolExecutor
from tracing import tracer

def work():
    with tracer.start_as_current_span("charge card"):
        pass

with ThreadPoolExecutor(1) as pool:
    for _ in range(5):
        with tracer.start_as_current_span("POST /orders"):
            pool.submit(work).result()
""",
        instrumentors="none",
    ).records
    (found,) = load([str(write_log(tmp_path / "log.jsonl", records))]).findings
    assert found.count == 5
    # A process id may be used again, and a file appended to: the next run counts from 1.
    (found,) = load([str(write_log(tmp_path / "log.jsonl", records * 2))]).findings
    assert found.count == 10
    # A process that was killed has told less.
    killed = [record for record in records if record["kind"] != "summary"]
    log = load([str(write_log(tmp_path / "log.jsonl", killed))])
    assert (log.findings[0].count, log.processes, log.unfinished) == (1, 1, 1)


def test_running_counts_are_not_added_up(runs: list[list[Record]], tmp_path: Path) -> None:
    """The records that come every minute, and the summary, have the count so far."""
    (record,) = of_kind(runs[0], "finding")
    (summary,) = of_kind(runs[0], "summary")
    summary = {**summary, "findings": [{**summary["findings"][0], "count": 12}]}
    path = write_log(
        tmp_path / "log.jsonl",
        [record, {**record, "count": 4}, {**record, "count": 9}, summary],
    )
    assert load([str(path)]).findings[0].count == 12


def broken_lines(log: Log) -> list[tuple[str, int]]:
    return [(line.file, line.line) for line in log.broken]


def test_broken_lines_are_named_and_passed_over(
    demo_records: list[Record], demo_log: Path, tmp_path: Path
) -> None:
    """Torn, foreign, of another schema, not UTF-8, too long: the rest is read as before."""
    lines = demo_log.read_bytes().splitlines()
    record = json.loads(lines[0])
    bad = [
        lines[0][: len(lines[0]) // 2],
        b"INFO:     127.0.0.1 - GET /",
        json.dumps(record | {"schema": 2}).encode(),
        json.dumps(record | {"kind": "rumour"}).encode(),
        json.dumps(record | {"pid": "many"}).encode(),
        b"[]",
        b'{"schema": 1, "kind": "notice", "event": "\xff"}',
        b"\0" * 100,
        b"x" * (sources.LONGEST_LINE + 1),
    ]
    path = tmp_path / "broken.jsonl"
    mixed = []
    for number, line in enumerate(lines):
        mixed.append(line)
        if number < len(bad):
            mixed += [bad[number], b""]
    path.write_bytes(b"\n".join(mixed))
    log = load([str(path)])
    whole = load([str(demo_log)])
    expected = [(str(path), 3 * number + 2) for number in range(len(bad))]
    assert broken_lines(log) == expected
    assert all(line.problem for line in log.broken)
    assert log.broken_count == len(bad)
    assert log.records == len(demo_records)
    assert log.findings == whole.findings


def test_only_the_first_broken_lines_are_named(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("no record\n" * (MOST_NAMED + 7), encoding="utf-8")
    log = load([str(path)])
    assert broken_lines(log) == [(str(path), number) for number in range(1, MOST_NAMED + 1)]
    assert log.broken_count == MOST_NAMED + 7


def test_a_record_without_a_line_end_is_read(demo_log: Path, tmp_path: Path) -> None:
    """The last line of a log that is being written may not have one yet."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(demo_log.read_bytes().rstrip(b"\n"))
    assert load([str(path)]).records == load([str(demo_log)]).records


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_lines_do_not_depend_on_how_they_come(demo_log: Path, size: int) -> None:
    """A line that is torn between two reads is one line."""
    data = demo_log.read_bytes()
    splitter = sources.Splitter()
    read = []
    for start in range(0, len(data), size):
        read += splitter.feed(data[start : start + size])
    read += splitter.end()
    assert [line.text for line in read] == data.splitlines()
    assert [line.number for line in read] == list(range(1, len(read) + 1))


# --- which files are meant


def test_directories_globs_and_files(demo_log: Path, tmp_path: Path) -> None:
    """Each file is read once, however often it is meant; a directory is searched below, too."""
    text = demo_log.read_text("utf-8")
    (tmp_path / "deep").mkdir()
    for name in ("a.jsonl", "deep/b.log", "deep/c.ndjson", "deep/other.txt"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    once = load([str(demo_log)]).records
    for paths, files in (
        ([tmp_path], 3),
        ([tmp_path / "a.jsonl", tmp_path / "deep", tmp_path], 3),
        ([tmp_path / "deep" / "*"], 3),
        ([tmp_path / "**" / "*.txt"], 1),
        ([tmp_path / "deep" / ".." / "a.jsonl", tmp_path / "a.jsonl"], 1),
    ):
        log = load([str(path) for path in paths])
        assert len(log.files) == files, paths
        assert log.records == files * once


@pytest.mark.parametrize("name", ["missing.jsonl", "*.missing", "."])
def test_a_path_without_a_log_is_an_error(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=name.replace("*", r"\*")):
        load([name])


def test_standard_input_is_read(demo_log: Path) -> None:
    done = run_report("-", "--format", "json", stdin=demo_log.read_text("utf-8"))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["files"] == ["-"]
    assert len(told["findings"]) == 7


# --- length


def test_memory_does_not_grow_with_the_log(demo_records: list[Record], tmp_path: Path) -> None:
    """20,000 records of 100 processes take no more than a fraction of their size."""
    (main,) = {r["pid"] for r in of_kind(demo_records, "summary") if len(r["findings"]) > 1}
    sample = [record for record in demo_records if record["pid"] == main]
    path = tmp_path / "long.jsonl"
    with path.open("w", encoding="utf-8") as file:
        generated_log.write(file, sample, records=20_000, processes=100)
    load([str(path)])  # what is imported and cached on the way is not the log's
    tracemalloc.start()
    try:
        log = load([str(path)])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (log.records, log.processes, log.broken_count) == (20_000, 100, 0)
    findings = {record["fingerprint"] for record in of_kind(sample, "finding")}
    assert {found.fingerprint for found in log.findings} == findings
    assert all((found.count, found.processes) == (300, 100) for found in log.findings)
    assert peak < path.stat().st_size / 2


def test_the_watched_program_does_not_load_the_report() -> None:
    """Neither its modules nor the packages it needs."""
    code = (
        "import sys, ctxwatch.auto, opentelemetry.sdk.trace, ctxwatch.reporter.console\n"
        "print([n for n in ('msgspec', 'rich', 'jinja2', 'ctxwatch.report') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
