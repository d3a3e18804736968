"""The HTML report, opened in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import generated_log
import msgspec
import pytest
from chromium import CHROMIUM, look
from reporting import FAMILIES, run_report
from support import Record

from ctxwatch.report import html
from ctxwatch.report.load import Log, load
from ctxwatch.report.records import Finding
from ctxwatch.report.selection import grouped, ordered
from ctxwatch.report.traffic import Traffic

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")

NASTY = "</script><script>document.title='broken out'</script><img src=x onerror=alert(1)>&amp; é"

Page = Callable[..., Path]


@pytest.fixture(scope="module")
def page(demo_log: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on the demo, as the command writes it."""
    done = run_report(demo_log, "--format", "html")
    assert done.returncode == 0, done.stderr
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(done.stdout, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def findings(demo_log: Path) -> list[Finding]:
    return ordered(load([str(demo_log)]).findings)


def data_of(page: Path) -> dict[str, Any]:
    """What the page is drawn from."""
    found = re.search(
        r'<script type="application/json" id="data">(.*?)</script>', page.read_text("utf-8")
    )
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_page_needs_nothing_else(page: Path) -> None:
    """No address in it but names; what it may load is nothing at all."""
    text = page.read_text("utf-8")
    assert "default-src 'none'" in text
    assert all(link.startswith("#") for link in re.findall(r'(?:src|href)="([^"]*)"', text))
    assert set(re.findall(r"https?://[^\"'\s]+", text)) == {"http://www.w3.org/2000/svg"}


def test_the_hand_offs_of_the_log_are_on_the_map(page: Path, demo_records: list[Record]) -> None:
    """At level debug every crossing with both sides is on one edge, with its verdict."""
    verdicts: dict[str, int] = {}
    for record in demo_records:
        if record["kind"] == "snapshot" and record["side"] == "arrival":
            verdicts[record["verdict"]] = verdicts.get(record["verdict"], 0) + 1
    told: dict[str, int] = {}
    data = data_of(page)
    for *_, verdict, count in data["edges"]:
        told[verdict] = told.get(verdict, 0) + count
    assert told == verdicts
    assert data["leftOut"] == 0
    assert sum(len(process["passages"]) for process in data["timeline"]) == sum(verdicts.values())


@needs_browser
def test_the_findings_are_in_the_table(page: Path, findings: list[Finding]) -> None:
    """In the order of the report, each with its span, boundary and count."""
    rows = look(
        page,
        "return [...document.querySelectorAll('#table tr.row')]"
        ".map(row => [...row.cells].map(cell => cell.innerText));",
    )
    assert [(row[0], row[2], row[4]) for row in rows] == [
        (found.code, found.boundary, str(found.count)) for found in findings
    ]
    assert [row[1].split("\n")[0] for row in rows] == [found.span_name for found in findings]


@needs_browser
def test_details_are_drawn_when_they_are_opened(page: Path, findings: list[Finding]) -> None:
    """The first is open; a click on another draws and shows it, the next one hides it."""
    state, before, after, closed = look(
        page,
        """
        const openers = [...document.querySelectorAll(".opener")];
        const state = openers.map((opener) => opener.getAttribute("aria-expanded"));
        const second = document.getElementById(openers[1].getAttribute("aria-controls"));
        const before = second.innerText;
        openers[1].click();
        const after = second.innerText;
        openers[1].click();
        return [state, before, after, second.hidden];
        """,
    )
    assert state == ["true"] + ["false"] * (len(findings) - 1)
    assert before == ""
    assert closed is True
    second = findings[1]
    for part in (second.headline, second.cause, second.remedy.text, f"explain {second.code}"):
        assert part in after
    for line in second.remedy.code.splitlines():
        assert line.strip() in after


@needs_browser
def test_both_traces_are_drawn(page: Path, findings: list[Finding]) -> None:
    """As it is, cut between the units; as it should be, with the span below its parent."""
    first = findings[0]
    assert first.expected_parent is not None
    is_, should = look(
        page,
        """
        const figures = document.querySelector(".traces").querySelectorAll("figure");
        const named = (span) => [span.className, span.querySelector("strong").innerText];
        return [...figures].map((figure) => ({
          spans: [...figure.querySelectorAll(".span")].map(named),
          cut: figure.querySelectorAll(".zigzag").length,
        }));
        """,
    )
    names = [first.expected_parent.name, first.span_name]
    assert [name for _, name in is_["spans"]] == [name for _, name in should["spans"]] == names
    assert (is_["cut"], should["cut"]) == (1, 0)
    assert is_["spans"][1][0] == "span bad"
    assert should["spans"][1][0] == "span good child"


@needs_browser
def test_every_family_has_its_picture(family_logs: Path, tmp_path: Path) -> None:
    """Each with the flagged span in both pictures, and the wrong parent where there is one."""
    found = {f.family: f for f in load([str(family_logs)]).findings}
    made = list(found.values())
    path = tmp_path / "families.html"
    path.write_text(html.render(Log(findings=made), made, Traffic()), encoding="utf-8")
    drawn = look(
        path,
        """
        for (const opener of document.querySelectorAll(".opener[aria-expanded=false]")) {
          opener.click();
        }
        const names = (figure) =>
          [...figure.querySelectorAll(".span strong")].map((name) => name.innerText);
        return [...document.querySelectorAll(".detail")].map((detail) =>
          [...detail.querySelectorAll("figure")].map(names));
        """,
    )
    assert set(found) >= set(FAMILIES)
    for finding, (is_, should) in zip(made, drawn, strict=True):
        assert finding.span_name == is_[-1] == should[-1]
        if finding.actual_parent is not None:
            assert finding.actual_parent.name in is_
        if finding.expected_parent is not None:
            assert finding.expected_parent.name in should


@needs_browser
def test_the_table_is_sorted_and_filtered(page: Path, findings: list[Finding]) -> None:
    """By a click on a head, by words, by a code, by a boundary; the number is announced."""
    script = """
    const all = (selector) => [...document.querySelectorAll(selector)];
    const spans = () => all("#table tr.row strong").map((name) => name.innerText);
    const head = (name) => all("#table thead button").find((it) => it.textContent === name);
    const told = {};
    head("Span").click();
    told.up = spans();
    told.sorted = head("Span").closest("th").getAttribute("aria-sort");
    head("Span").click();
    told.down = spans();
    const search = document.getElementById("search");
    const say = (text) => { search.value = text; search.dispatchEvent(new Event("input")); };
    say("CTX102 carrier");
    told.words = spans();
    told.count = document.getElementById("count").innerText;
    say("no such thing");
    told.none = spans();
    say("");
    document.querySelector("#codes button").click();
    told.code = spans();
    told.pressed = document.querySelector("#codes button").getAttribute("aria-pressed");
    document.querySelector("#codes button").click();
    const boundary = document.getElementById("boundary");
    boundary.value = "threading.Timer";
    boundary.dispatchEvent(new Event("change"));
    told.boundary = spans();
    return told;
    """
    told = look(page, script)
    names = sorted(str(found.span_name) for found in findings)
    assert told["up"] == names
    assert told["sorted"] == "ascending"
    assert told["down"] == names[::-1]
    assert told["words"] == ["ask the carrier"]
    assert told["count"] == "1 finding of 7, 1 time"
    assert told["none"] == []
    assert sorted(told["code"]) == sorted(
        str(found.span_name) for found in findings if found.code == "CTX101"
    )
    assert told["pressed"] == "true"
    assert told["boundary"] == ["expire the cart"]


@needs_browser
def test_groups_are_those_of_the_command_line(
    demo_log: Path, findings: list[Finding], tmp_path: Path
) -> None:
    """Each heading stands once, above its rows; the reader can choose other groups, or none."""
    path = tmp_path / "grouped.html"
    done = run_report(demo_log, "--format", "html", "--group", "boundary")
    path.write_text(done.stdout, encoding="utf-8")
    by_boundary, by_span, none = look(
        path,
        """
        const table = () => [...document.querySelectorAll("#table tbody tr:not(.details)")]
          .map((row) => [row.className, row.cells[row.className === "row" ? 2 : 0].innerText]);
        const group = document.getElementById("group");
        const choose = (value) => {
          group.value = value;
          group.dispatchEvent(new Event("change"));
          return table();
        };
        return [table(), choose("span"), choose("")];
        """,
    )
    expected = []
    for heading, group in grouped(findings, "boundary").items():
        what = "1 finding, 1 time" if len(group) == 1 else f"{len(group)} findings, 2 times"
        expected.append(["group", f"{heading} {what}"])
        expected += [["row", heading]] * len(group)
    assert by_boundary == expected
    headings = [text for kind, text in by_span if kind == "group"]
    assert headings == [f"{found.span_name} 1 finding, 1 time" for found in findings]
    assert [kind for kind, _ in none] == ["row"] * len(findings)


@needs_browser
def test_the_keyboard_is_enough(page: Path) -> None:
    """A slash leads to the search, arrows from row to row; all that can be clicked has focus."""
    told = look(
        page,
        """
        const press = (target, key) => target.dispatchEvent(
          new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        press(document.body, "/");
        const search = document.activeElement.id;
        const openers = [...document.querySelectorAll(".opener")];
        openers[0].focus();
        press(openers[0], "ArrowDown");
        const down = openers.indexOf(document.activeElement);
        press(document.activeElement, "ArrowUp");
        const up = openers.indexOf(document.activeElement);
        const unnamed = (element) => !(element.textContent || element.getAttribute("aria-label"));
        const nameless = [...document.querySelectorAll("button, input, select, a, svg[role=img]")]
          .filter((element) => unnamed(element) && !element.closest("label"))
          .map((element) => element.outerHTML);
        return { search, down, up, nameless, lang: document.documentElement.lang };
        """,
    )
    assert told == {
        "search": "search",
        "down": 1,
        "up": 0,
        "nameless": [],
        "lang": "en",
    }


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(page: Path, scheme: str) -> None:
    """That of the system until the reader wants the other; text stands out in both."""
    told = look(
        page,
        """
        const root = document.documentElement;
        const luminance = (colour) => {
          const parts = colour.match(/[0-9.]+/g).slice(0, 3).map((part) => part / 255)
            .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
          return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
        };
        const behind = (element) => {
          for (let at = element; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (!/, 0\\)$/.test(colour)) return colour;
          }
        };
        const hasText = (element) => !element.closest("svg, [hidden], .unseen")
          && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        const isFaint = (element) => {
          const [a, b] = [getComputedStyle(element).color, behind(element)].map(luminance);
          return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
        };
        const faint = () => [...document.querySelectorAll("main *")].filter(hasText)
          .filter(isFaint).map((element) => element.outerHTML.slice(0, 90));
        const first = [root.dataset.theme, faint()];
        document.getElementById("theme").click();
        return [first, [root.dataset.theme, faint()]];
        """,
        *(["--force-dark-mode"] if scheme == "dark" else []),
        f"--blink-settings=preferredColorScheme={0 if scheme == 'dark' else 1}",
    )
    other = {"light": "dark", "dark": "light"}[scheme]
    assert told == [[scheme, []], [other, []]]


@needs_browser
def test_names_stay_text(findings: list[Finding], tmp_path: Path) -> None:
    """Whatever a program calls its spans, threads and files."""
    made = [
        msgspec.structs.replace(
            found, span_name=NASTY, headline=NASTY, function=NASTY, thread_name=NASTY, cause=NASTY
        )
        for found in findings
    ]
    path = tmp_path / "nasty.html"
    path.write_text(html.render(Log(findings=made), made, Traffic()), encoding="utf-8")
    title, headline, scripts, images = look(
        path,
        "return [document.title, document.querySelector('.detail h3').textContent,"
        " document.querySelectorAll('script').length, document.images.length];",
    )
    assert title == "ctxwatch report"
    assert headline == NASTY
    assert scripts == 4  # the data, the page's own, and two of this test
    assert images == 0


@needs_browser
def test_ten_thousand_findings_are_a_page_at_a_time(
    demo_records: list[Record], tmp_path: Path
) -> None:
    """The table holds as many rows as are read at once; all are found by the search."""
    (main,) = {r["pid"] for r in demo_records if r["kind"] == "summary" and len(r["findings"]) > 1}
    sample = [record for record in demo_records if record["pid"] == main]
    log = tmp_path / "many.jsonl"
    with log.open("w", encoding="utf-8") as file:
        generated_log.write(file, sample, records=10_100, processes=1, findings=10_000)
    done = run_report(log, "--format", "html")
    path = tmp_path / "many.html"
    path.write_text(done.stdout, encoding="utf-8")
    told = look(
        path,
        """
        const elements = () => document.querySelectorAll("*").length;
        const rows = () => document.querySelectorAll("#table tr.row").length;
        const told = { rows: rows(), elements: elements() };
        [...document.querySelectorAll("#pager button")].pop().click();
        told.second = [rows(), document.querySelector("#pager span").innerText];
        const search = document.getElementById("search");
        search.value = "9999";
        search.dispatchEvent(new Event("input"));
        told.found = [rows(), document.getElementById("count").innerText];
        return told;
        """,
    )
    assert told["rows"] == 50
    assert told["elements"] < 3_000
    assert told["second"] == [50, "51 to 100 of 10,000"]
    assert told["found"] == [1, "1 finding of 10,000, 3 times"]


@needs_browser
def test_a_log_without_findings_or_snapshots_is_a_page_too(tmp_path: Path) -> None:
    """It says that nothing was found, and why there is no map."""
    path = tmp_path / "empty.html"
    path.write_text(html.render(Log(), [], Traffic()), encoding="utf-8")
    count, about, table, timeline = look(
        path,
        """
        const [count, about, table, timeline] = ["count", "map-about", "table", "timeline"]
          .map((id) => document.getElementById(id));
        return [count.innerText, about.innerText, table.hidden, timeline.hidden];
        """,
    )
    assert count.startswith("Nothing was found")
    assert "no snapshots" in about
    assert (table, timeline) == (True, True)


def test_traffic_is_bounded(demo_log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too much is counted, and trouble takes the place of what was well."""
    whole = Traffic()
    load([str(demo_log)], on_snapshot=whole.add)
    crossings = sum(whole.edges.values())
    pid, passages = max(whole.passages.items(), key=lambda item: len(item[1]))
    broken = [passage for passage in passages if passage.verdict == "lost"]
    assert 0 < len(broken) < len(passages)
    monkeypatch.setattr("ctxwatch.report.traffic.MOST_EDGES", 3)
    monkeypatch.setattr("ctxwatch.report.traffic.MOST_OF_A_PROCESS", len(broken))
    small = Traffic()
    load([str(demo_log)], on_snapshot=small.add)
    assert len(small.edges) == 3
    assert sum(small.edges.values()) + small.left_out == crossings
    assert sorted(small.passages[pid]) == sorted(broken)
