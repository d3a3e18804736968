"""Reports for machines and for tickets, each read back by a reader of its format."""

from __future__ import annotations

import argparse
import json
import re
import shlex
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import msgspec
import pytest
from reporting import FAMILIES, run_report

from ctxwatch import explain
from ctxwatch.cli import report as command
from ctxwatch.report import junit, markdown, sarif
from ctxwatch.report.load import Log, load
from ctxwatch.report.records import Finding

NASTY = "</script><b>&\"' | `code` *x* \u202e\x00\x1b[31m ]]> \U0001f40d é"


@pytest.fixture(scope="module")
def findings(family_logs: Path) -> list[Finding]:
    """Findings of every family."""
    found = load([str(family_logs)]).findings
    assert {f.family for f in found} >= set(FAMILIES)
    return found


def nasty(findings: list[Finding]) -> list[Finding]:
    """Return findings whose every name tries to break out."""
    replaced = msgspec.structs.replace
    return [
        replaced(found, span_name=NASTY, headline=NASTY, function=NASTY, file=f"/srv/{NASTY}.py")
        for found in findings
    ]


# --- JSON


def test_json_has_the_merged_findings(family_logs: Path, findings: list[Finding]) -> None:
    """With the names of the log's own fields."""
    done = run_report(family_logs, "--format", "json")
    told = json.loads(done.stdout)
    assert told["schema"] == 1
    by_fingerprint = {found["fingerprint"]: found for found in told["findings"]}
    assert len(by_fingerprint) == len(told["findings"]) == len(findings)
    for found in findings:
        record = by_fingerprint[found.fingerprint]
        assert record["code.line.number"] == found.line
        assert (record["count"], record["processes"]) == (found.count, found.processes)
        assert record["remedy"]["code"] == found.remedy.code
    assert told["broken"] == []
    assert told["crossings"] == load([str(family_logs)]).crossings


def test_json_groups_by_fingerprint(demo_log: Path) -> None:
    """The findings stay one list; without a grouping there are no groups."""
    told = json.loads(run_report(demo_log, "--format", "json", "--group", "boundary").stdout)
    boundaries = {found["fingerprint"]: found["boundary"] for found in told["findings"]}
    assert len(boundaries) == 7
    assert {
        fingerprint: heading for heading, group in told["groups"].items() for fingerprint in group
    } == boundaries
    assert "groups" not in json.loads(run_report(demo_log, "--format", "json").stdout)


def test_filters_hold_for_every_format(demo_log: Path) -> None:
    (found,) = [f for f in load([str(demo_log)]).findings if f.code == "CTX103"]
    for form in ("terminal", "json", "markdown", "html", "sarif", "junit"):
        done = run_report(demo_log, "--code", "CTX103", "--format", form)
        assert done.returncode == 0, done.stderr
        assert found.headline in done.stdout.replace("\\", "").replace("&apos;", "'"), form
        assert "update stock" not in done.stdout, form


# --- SARIF


def test_sarif_names_rule_place_and_fingerprint(findings: list[Finding]) -> None:
    """What a code host needs to show an alert in the right line, once."""
    document = json.loads(sarif.render(findings))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({found.code for found in findings})
    for rule in rules:
        assert rule["shortDescription"]["text"] == explain.codes()[rule["id"]]
    assert len(run["results"]) == len(findings)
    for result, found in zip(run["results"], findings, strict=True):
        assert result["ruleId"] == rules[result["ruleIndex"]]["id"] == found.code
        assert result["level"] == {"warning": "warning", "info": "note"}[found.severity]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["region"] == {"startLine": found.line}
        assert unquote(urlsplit(place["artifactLocation"]["uri"]).path).endswith(
            Path(found.file).name
        )
        assert result["partialFingerprints"] == {"ctxwatch/v1": found.fingerprint}
        steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
        lines = [step["location"]["physicalLocation"]["region"]["startLine"] for step in steps]
        assert lines == [*[hop.line for hop in found.hops], found.span_line]


def test_sarif_paths_are_relative_to_the_working_directory(
    findings: list[Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below it relative to the root that the run names, elsewhere absolute."""
    found = findings[0]
    directory = Path(found.file).parent
    for here, uri, base in (
        (directory, Path(found.file).name, "SRCROOT"),
        (directory / "..", f"{directory.name}/{Path(found.file).name}", "SRCROOT"),
        (Path(findings[0].file).parent.parent / "healthy", Path(found.file).as_uri(), None),
    ):
        monkeypatch.chdir(here)
        (run,) = json.loads(sarif.render([found]))["runs"]
        artifact = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
        assert (artifact["uri"], artifact.get("uriBaseId")) == (uri, base)
        assert run["originalUriBaseIds"]["SRCROOT"]["uri"] == Path.cwd().as_uri() + "/"


def test_sarif_knows_codes_of_the_future(findings: list[Finding]) -> None:
    future = msgspec.structs.replace(findings[0], code="CTX999")
    (run,) = json.loads(sarif.render([future]))["runs"]
    assert run["tool"]["driver"]["rules"] == [{"id": "CTX999"}]


# --- JUnit


def test_junit_fails_a_case_for_each_finding(findings: list[Finding]) -> None:
    """But for those that are only worth a word."""
    suite = ET.fromstring(junit.render(findings)).find("testsuite")
    assert suite is not None
    cases = suite.findall("testcase")
    wrong = [found for found in findings if found.severity != "info"]
    assert 0 < len(wrong) < len(findings)
    assert suite.get("tests") == str(len(cases)) == str(len(findings))
    assert suite.get("failures") == str(len(wrong))
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)
    for case, found in zip(cases, findings, strict=True):
        failure = case.find("failure")
        assert (failure is not None) == (found.severity != "info")
        text = case.findtext("system-out") if failure is None else failure.text
        assert found.remedy.code.strip() in (text or "")
        if failure is not None:
            assert (failure.get("type"), failure.get("message")) == (found.code, found.headline)


def test_junit_of_nothing_is_a_suite_that_passes() -> None:
    suite = ET.fromstring(junit.render([])).find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")
    assert [list(case) for case in suite] == [[]]


def test_junit_survives_any_name(findings: list[Finding]) -> None:
    """What XML has no way to write is replaced; the rest is as it was."""
    suites = ET.fromstring(junit.render(nasty(findings)))
    for failure in suites.iter("failure"):
        assert failure.get("message") == NASTY.replace("\x00", "\ufffd").replace("\x1b", "\ufffd")


# --- Markdown


def test_markdown_tells_all_findings(findings: list[Finding]) -> None:
    text = markdown.render(Log(findings=findings, processes=3), {"": findings})
    assert text.startswith(f"# ctxwatch: {len(findings)} findings in 3 processes\n")
    for found in findings:
        assert f"{found.remedy.code.rstrip()}\n```\n" in text
        assert f":{found.line}`" in text
    rows = [line for line in text.splitlines() if line.startswith("| CTX")]
    assert len(rows) == len(findings)


def test_markdown_cannot_be_broken_out_of(findings: list[Finding]) -> None:
    """No name becomes markup or a further column."""
    made = nasty(findings)
    text = markdown.render(Log(findings=made), {NASTY: made})
    assert "<b>" not in text.replace("\\<b\\>", "").replace("`", "").replace(
        "/srv/</script><b>", ""
    )
    for row in (line for line in text.splitlines() if line.startswith("| CTX")):
        assert len(row.replace("\\|", "").split("|")) == 6


# --- the command line


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--format", "sarif", "--group", "site"], "--group cannot be used with --format sarif"),
        (["--format", "junit", "--group", "span"], "--group cannot be used with --format junit"),
        (["--format", "html", "--follow"], "--follow goes with"),
        (["--since", "soon"], "--since soon"),
        (["--format", "pdf"], "invalid choice"),
    ],
)
def test_what_does_not_go_together(demo_log: Path, args: list[str], said: str) -> None:
    done = run_report(demo_log, *args)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("package", "form"), [("msgspec", "json"), ("rich", "terminal"), ("jinja2", "html")]
)
def test_a_missing_package_is_named_with_the_command(
    demo_log: Path, tmp_path: Path, package: str, form: str
) -> None:
    """As in an environment without the extra."""
    (tmp_path / "sitecustomize.py").write_text(f"import sys; sys.modules[{package!r}] = None")
    done = run_report(demo_log, "--format", form, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith(f"ctxwatch: this needs {package}")
    assert "-m pip install 'ctxwatch[report]'" in done.stderr


def test_the_commands_of_the_readme_are_understood() -> None:
    """Their options are the command's, and their values are allowed."""
    readme = (Path(__file__).parent.parent.parent / "README.md").read_text("utf-8")
    commands = re.findall(r"^\$ ctxwatch report (.*)$", readme, re.MULTILINE)
    assert len(commands) >= 3
    parser = argparse.ArgumentParser(exit_on_error=False)
    command.prepare_parser(parser)
    for line in commands:
        words = shlex.split(line.partition(" > ")[0], comments=True)
        assert parser.parse_args(words).logs
    (formats,) = re.findall(r"`--format` is (`terminal`, `json`, [^.]*)\.", readme)
    assert set(re.findall(r"`(\w+)`", formats)) == set(command.FORMATS)
