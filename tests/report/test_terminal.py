"""What a reader sees in a terminal, in the watched process and in ``ctxwatch report``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import generated_log
import msgspec
import pytest
from reporting import FAMILIES, run_report
from support import Record, environment

from ctxwatch.report import markdown, sarif, terminal
from ctxwatch.report.load import Log, load
from ctxwatch.reporter import diagnostic
from ctxwatch.reporter.console import Console

COLOUR = re.compile(r"\x1b\[[0-9;]*m")

needs_terminal = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")


def on_terminal(*args: object, columns: int = 100, **changes: str | None) -> str:
    """Run ``ctxwatch report`` with a terminal of that width; return what it shows."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-m", "ctxwatch", "report", *map(str, args)],
        env=environment(**{"TERM": "xterm-256color", "COLUMNS": None, "PYTHONUTF8": "1"} | changes),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 65536):
                shown += chunk
        except OSError:  # Linux: the other end was closed
            pass
        finally:
            os.close(ours)
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 0, shown
    return shown.decode().replace("\r\n", "\n")


def test_a_finding_tells_its_story_from_top_to_bottom(demo_log: Path, tmp_path: Path) -> None:
    """Code and sentence, hand-off, hops, orphan, cause, remedy, and where there is more."""
    (found,) = [f for f in load([str(demo_log)]).findings if f.code == "CTX103"]
    assert found.expected_parent is not None
    source = Path(found.file).read_text("utf-8").splitlines()
    done = run_report(demo_log, "--code", "CTX103", cwd=tmp_path, COLUMNS="200")
    parts = [
        f"warning[CTX103]: {found.headline}\n",
        f"{found.file}:{found.line} in {found.function}\n",
        source[found.line - 1].strip(),
        f"'{found.expected_parent.name}' is current here",
        f"{found.boundary}: lost\n",
        f"{found.span_file}:{found.span_line}\n",
        source[(found.span_line or 0) - 1].strip(),
        f"'{found.span_name}' starts here without a parent\n",
        f"{found.trace_id}, belongs to {found.expected_parent.trace_id}",
        found.cause,
        found.remedy.text,
        *[line.strip() for line in found.remedy.code.splitlines()],
        "ctxwatch explain CTX103\n",
        "1 finding of 7 in ",
    ]
    shown, position = done.stdout, 0
    for part in parts:
        position = shown.index(part, position) + len(part)


@pytest.mark.parametrize("family", FAMILIES)
def test_both_faces_are_the_same(
    family: str, family_logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report shows each line that the watched process shows, for every family of findings."""
    monkeypatch.setenv("COLUMNS", "100")
    console = Console(colours=False)
    path = family_logs / f"{family}.jsonl"
    shown = run_report(path).stdout.splitlines()
    records = [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]
    first = [r for r in records if r["kind"] == "finding" and r["count"] == 1]
    assert first
    for record in first:
        head, *body = console(None, "", record).splitlines()
        assert head.partition(" ")[2].partition(" ")[2] in shown
        assert set(body) - set(shown) == set()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_line_of_code_is_labelled(family: str, family_logs: Path) -> None:
    """The reader learns what happened there, by the names of the spans."""
    for found in load([str(family_logs / f"{family}.jsonl")]).findings:
        if found.family == family:
            told = diagnostic.labels(msgspec.to_builtins(found))
            assert told.site
            assert f"'{found.span_name}'" in (told.span or "")
            if found.actual_parent is not None:
                assert f"'{found.actual_parent.name}'" in (told.span or "")


def test_hops_are_told_in_their_order(family_logs: Path, tmp_path: Path) -> None:
    """Work that went on from hand to hand, from the loss to the span."""
    path = family_logs / "parent_lost.jsonl"
    (found,) = [f for f in load([str(path)]).findings if len(f.hops) > 1]
    shown = run_report(path, cwd=tmp_path).stdout
    position = 0
    for hop in found.hops:
        position = shown.index(f"{hop.file}:{hop.line}", position)
        position = shown.index(f"{hop.boundary}: {hop.verdict}", position)


def test_a_hop_without_a_verdict_is_told_without(demo_log: Path) -> None:
    """As that of a server that was started long before its requests came."""
    found, *_ = load([str(demo_log)]).findings
    hops = tuple(msgspec.structs.replace(hop, verdict=None) for hop in found.hops)
    bare = msgspec.structs.replace(found, hops=hops * 2)
    onward = [stop.onward for stop in diagnostic.stops(msgspec.to_builtins(bare)) if stop.onward]
    assert onward == [hops[0].boundary] * 2
    assert ": None" not in sarif.render([bare])
    assert "(None)" not in markdown.render(Log(findings=[bare]), {"": [bare]})


def test_the_summary_of_a_run_keeps_to_the_width(
    demo_records: list[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for the headlines, as in a finding; the remedies are all there."""
    monkeypatch.setenv("COLUMNS", "60")
    (summary,) = (r for r in demo_records if r["kind"] == "summary" and len(r["findings"]) > 1)
    shown = Console(colours=False).summary(summary)
    lines = [line for line in shown.splitlines()[1:] if not line.startswith("  warning[")]
    assert max(map(len, lines)) <= 60
    for found in summary["findings"]:
        assert found["remedy"]["text"] in " ".join(shown.split())


def test_through_a_pipe_there_are_no_colours(demo_log: Path) -> None:
    done = run_report(demo_log, TERM="xterm-256color")
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


@needs_terminal
def test_on_a_terminal_there_are_colours(demo_log: Path) -> None:
    """The same text as through a pipe of the same width."""
    shown = on_terminal(demo_log)
    assert COLOUR.search(shown)
    plain = COLOUR.sub("", shown).splitlines()
    assert [line.rstrip() for line in plain] == [
        line.rstrip() for line in run_report(demo_log).stdout.splitlines()
    ]


@needs_terminal
def test_no_color_is_respected(demo_log: Path) -> None:
    """No colour; bold and dim are none."""
    shown = on_terminal(demo_log, NO_COLOR="1")
    codes = {code for match in COLOUR.findall(shown) for code in match[2:-1].split(";")}
    assert codes <= {"0", "1", "2", "3", "4", "7"}
    assert "CTX101" in shown


@needs_terminal
@pytest.mark.parametrize("columns", [60, 80, 140])
def test_the_width_is_respected(demo_log: Path, columns: int) -> None:
    """But for the headline and for code to paste, which must stay whole."""
    shown = COLOUR.sub("", on_terminal(demo_log, columns=columns)).splitlines()
    pasted = {
        line.strip()
        for found in load([str(demo_log)]).findings
        for line in found.remedy.code.splitlines()
    }
    long = [
        line
        for line in shown
        if len(line) > columns and line.strip() not in pasted and not line.startswith("warning[")
    ]
    # A path and an id cannot be broken.
    assert [line for line in long if " in " not in line] == []
    assert max(len(line) for line in shown) > columns - 12


def test_a_terminal_without_unicode_gets_ascii(demo_log: Path) -> None:
    """Also for names that have other characters."""
    text = demo_log.read_text("utf-8").replace("render the invoice", "Rechnung für Čapek")
    done = run_report(
        "-", "--code", "CTX103", stdin=text, PYTHONIOENCODING="ascii", PYTHONUTF8=None
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert r"f\xfcr \u010capek" in done.stdout
    assert "`- " in done.stdout


def test_a_reader_that_leaves_early_is_no_error(demo_log: Path) -> None:
    """As head does."""
    with subprocess.Popen(
        [sys.executable, "-m", "ctxwatch", "report", *[str(demo_log)]],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert said == b""
    assert process.returncode == 0


def test_groups_have_headings(demo_log: Path) -> None:
    done = run_report(demo_log, "--group", "boundary")
    findings = load([str(demo_log)]).findings
    for found in findings:
        alike = sum(other.boundary == found.boundary for other in findings)
        what = "1 finding, 1 time" if alike == 1 else f"{alike} findings, {alike} times"
        heading = done.stdout.index(f" {found.boundary}  {what}\n")
        assert found.headline in done.stdout[heading:]


def test_of_many_findings_the_first_are_shown(demo_records: list[Record], tmp_path: Path) -> None:
    """The rest is counted."""
    (main,) = {r["pid"] for r in demo_records if r["kind"] == "summary" and len(r["findings"]) > 1}
    sample = [record for record in demo_records if record["pid"] == main]
    path = tmp_path / "many.jsonl"
    with path.open("w", encoding="utf-8") as file:
        generated_log.write(file, sample, records=300, processes=1, findings=120)
    done = run_report(path)
    assert done.stdout.count("warning[") == terminal.MOST_SHOWN
    assert f"{120 - terminal.MOST_SHOWN} more findings" in done.stdout
    assert "120 findings in 300 records of 1 process, 1 file" in done.stdout


def test_a_healthy_log_has_no_findings(demo_records: list[Record]) -> None:
    """And says so."""
    text = "".join(
        msgspec.json.encode(record).decode() + "\n"
        for record in demo_records
        if record["kind"] == "root"
    )
    done = run_report("-", stdin=text)
    assert done.returncode == 0
    assert done.stdout.startswith("no findings in ")


def test_broken_lines_are_told(demo_log: Path, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("oops\n" + demo_log.read_text("utf-8"), encoding="utf-8")
    done = run_report(path)
    assert done.returncode == 0
    assert "1 line could not be read:" in done.stdout
    assert f"{path}:1: " in done.stdout


@needs_terminal
def test_progress_is_shown_on_a_terminal_only(demo_log: Path) -> None:
    """On stderr, for input whose end is not in sight; the report itself is as ever."""
    import pty

    ours, theirs = pty.openpty()
    with demo_log.open("rb") as log:
        done = subprocess.Popen(
            [sys.executable, "-m", "ctxwatch", "report", "-", "--format", "json"],
            env=environment(TERM="xterm-256color"),
            stdin=log,
            stdout=subprocess.PIPE,
            stderr=theirs,
        )
    os.close(theirs)
    report, _ = done.communicate()
    shown = b""
    try:
        while chunk := os.read(ours, 65536):
            shown += chunk
    except OSError:  # Linux: the other end was closed
        pass
    finally:
        os.close(ours)
    assert done.returncode == 0
    assert b"ctxwatch reads" in shown
    assert len(msgspec.json.decode(report)["findings"]) == 7
    assert run_report("-", stdin=demo_log.read_text("utf-8")).stderr == ""
