"""Filters, order and groups of findings."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import msgspec
import pytest

from ctxwatch.cli.errors import UsageError
from ctxwatch.report.load import load
from ctxwatch.report.records import Finding
from ctxwatch.report.selection import GROUPS, Selection, grouped, moment, ordered

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def findings(demo_log: Path) -> list[Finding]:
    """The demo's seven."""
    return load([str(demo_log)]).findings


def chosen(findings: list[Finding], **filters: object) -> set[str | None]:
    selection = Selection(**filters)  # type: ignore[arg-type]
    return {found.span_name for found in findings if selection.takes(found)}


def test_without_filters_all_pass(findings: list[Finding]) -> None:
    assert len(chosen(findings)) == len(findings) == 7


@pytest.mark.parametrize(
    ("codes", "spans"),
    [
        (["CTX103"], {"render the invoice"}),
        (["ctx103"], {"render the invoice"}),
        (["CTX1?1"], {"update stock", "expire the cart", "mail the receipt"}),
        (["CTX103", "CTX999"], {"render the invoice"}),
        (["CTX9*"], set()),
    ],
)
def test_by_code(findings: list[Finding], codes: list[str], spans: set[str]) -> None:
    assert chosen(findings, codes=codes) == spans


def test_by_site(findings: list[Finding]) -> None:
    """The end of the path from a separator on, with or without the line."""
    (found,) = [found for found in findings if found.code == "CTX103"]
    assert chosen(findings, sites=[f"app.py:{found.line}"]) == {found.span_name}
    assert chosen(findings, sites=[f"sitecustomize_example/*.py:{found.line}"]) == {found.span_name}
    assert chosen(findings, sites=[found.file]) == chosen(findings)
    assert chosen(findings, sites=["app.py"]) == chosen(findings)
    assert chosen(findings, sites=["pp.py"]) == set()
    assert chosen(findings, sites=["app.py:1"]) == set()


def test_by_span_or_its_parent(findings: list[Finding]) -> None:
    assert chosen(findings, spans=["update stock"]) == {"update stock"}
    assert chosen(findings, spans=["GET *"]) == {"ask the carrier"}
    assert chosen(findings, spans=["update"]) == set()


def test_by_time(findings: list[Finding]) -> None:
    """The last record counts, and the moment itself is in."""
    last = max(found.last_seen for found in findings)
    (latest,) = [found for found in findings if found.last_seen == last]
    assert latest.span_name in chosen(findings, since=last)
    assert chosen(findings, since=min(f.last_seen for f in findings)) == chosen(findings)
    assert chosen(findings, since="2999-01-01T00:00:00.000000Z") == set()


def test_all_filters_have_to_agree(findings: list[Finding]) -> None:
    assert chosen(findings, codes=["CTX103"], spans=["update stock"]) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90s", "2026-03-01T11:58:30.000000Z"),
        ("15m", "2026-03-01T11:45:00.000000Z"),
        ("2h", "2026-03-01T10:00:00.000000Z"),
        ("3d", "2026-02-26T12:00:00.000000Z"),
        ("2026-02-03T04:05:06Z", "2026-02-03T04:05:06.000000Z"),
        ("2026-02-03T04:05:06.123456Z", "2026-02-03T04:05:06.123456Z"),
        ("2026-02-03T04:05:06+02:00", "2026-02-03T02:05:06.000000Z"),
    ],
)
def test_moments(text: str, expected: str) -> None:
    assert moment(text, NOW) == expected


def test_a_moment_without_offset_is_local() -> None:
    local = datetime(2026, 2, 3, 4, 5).astimezone(timezone.utc)
    assert moment("2026-02-03T04:05", NOW).startswith(local.isoformat()[:16])


@pytest.mark.parametrize("text", ["", "yesterday", "15", "-3h", "2026-13-01", "99999999999d"])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(UsageError, match="--since"):
        moment(text, NOW)


def test_the_worst_and_most_frequent_come_first(findings: list[Finding]) -> None:
    made = [
        msgspec.structs.replace(findings[0], severity=severity, count=count)
        for severity, count in [("info", 9), ("warning", 1), ("warning", 5), ("error", 1)]
    ]
    order = [(found.severity, found.count) for found in ordered(made)]
    assert order == [("error", 1), ("warning", 5), ("warning", 1), ("info", 9)]


def test_groups(findings: list[Finding]) -> None:
    """Every finding is in one group; without a grouping there is one group without a heading."""
    assert grouped(findings, None) == {"": findings}
    for by in GROUPS:
        groups = grouped(findings, by)
        assert sorted(f.fingerprint for group in groups.values() for f in group) == sorted(
            f.fingerprint for f in findings
        )
    assert set(grouped(findings, "boundary")) == {found.boundary for found in findings}
    assert set(grouped(findings, "span")) == {found.span_name for found in findings}


def test_a_group_of_what_has_no_name_says_so(findings: list[Finding]) -> None:
    bare = msgspec.structs.replace(findings[0], span_name=None, boundary=None)
    assert set(grouped([bare], "span")) == {"(no span)"}
    assert set(grouped([bare], "boundary")) == {"(no boundary)"}
