"""The gate: which findings are new and grave enough to fail."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ctxwatch.check import baseline
from ctxwatch.report.records import SEVERITIES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from ctxwatch.check.settings import Ignore, Settings
    from ctxwatch.report.records import Finding


class Outcome(NamedTuple):
    """What became of the findings, ordered by file and line, with the severity of the settings.

    `failing` are new; `known` are in the baseline, `ignored` covered by the
    settings, `minor` below the severity that was asked for. `expired` are the
    ignores that count no more.
    """

    failing: list[Finding]
    known: list[Finding]
    ignored: list[Finding]
    minor: list[Finding]
    expired: list[Ignore]


def judge(
    findings: Iterable[Finding],
    settings: Settings,
    severity: str,
    known: Counter[baseline.Key],
    today: dt.date,
) -> Outcome:
    """Sort *findings* by what they mean for the gate."""
    expired = [ignore for ignore in settings.ignores if ignore.has_expired(today)]
    ignores = [ignore for ignore in settings.ignores if ignore not in expired]
    outcome = Outcome([], [], [], [], expired)
    left = Counter(known)
    for found in sorted(findings, key=lambda f: (f.file, f.line, f.code, f.span_name or "")):
        finding = msgspec.structs.replace(
            found, severity=settings.severities.get(found.code, found.severity)
        )
        key = baseline.key(finding, settings.root)
        if SEVERITIES.index(finding.severity) > SEVERITIES.index(severity):
            outcome.minor.append(finding)
        elif any(ignore.covers(finding) for ignore in ignores):
            outcome.ignored.append(finding)
        elif left[key]:
            left[key] -= 1
            outcome.known.append(finding)
        else:
            outcome.failing.append(finding)
    return outcome
