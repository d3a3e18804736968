"""Which findings a report shows, in which order, and in which groups."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from ctxwatch.cli.errors import UsageError
from ctxwatch.report.records import SEVERITIES
from ctxwatch.reporter.paths import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxwatch.report.records import Finding

#: What findings can be grouped by.
GROUPS = ("site", "span", "boundary")

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Selection(NamedTuple):
    """Filters; an empty one lets everything through. All have to agree.

    `codes`, `sites` and `spans` are globs, of which one has to match: `sites`
    the end of ``FILE`` or ``FILE:LINE`` from a path separator on, `spans` the
    flagged span or one of its parents. `since` is compared with the last record of a finding.
    """

    codes: Sequence[str] = ()
    sites: Sequence[str] = ()
    spans: Sequence[str] = ()
    since: str = ""

    def takes(self, found: Finding) -> bool:
        """Whether *found* passes all filters."""
        return (
            found.last_seen >= self.since
            and _matches([found.code], [code.upper() for code in self.codes])
            and _matches(_sites(found), [f"*/{site}" for site in self.sites])
            and _matches(_spans(found), self.spans)
        )


def _matches(values: Iterable[str], patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(v, p) for v in values for p in patterns)


def _sites(found: Finding) -> list[str]:
    places = [(found.file, found.line)]
    if found.library is not None:
        places.append((found.library.file, found.library.line))
    files = [(f"/{file}".replace("\\", "/"), line) for file, line in places]
    return [text for file, line in files for text in (file, f"{file}:{line}")]


def _spans(found: Finding) -> list[str]:
    parents = [span.name for span in (found.actual_parent, found.expected_parent) if span]
    return [name for name in (found.span_name, *parents) if name is not None]


def moment(text: str, now: datetime) -> str:
    """*text* as a timestamp of the log: a time in ISO 8601, or how long before *now*: ``15m``.

    A time without an offset is local time. Raises `UsageError`.
    """
    ago = re.fullmatch(r"(\d+)([smhd])", text)
    try:
        if ago:
            then = now - timedelta(seconds=int(ago[1]) * _SECONDS[ago[2]])
        else:
            # Python 3.10 does not read the Z that the log itself writes.
            then = datetime.fromisoformat(re.sub("[zZ]$", "+00:00", text))
        utc = then.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise UsageError(
            f"--since {text}: expected a time such as 2026-01-31T12:00, or an age such as 15m or 3d"
        ) from None
    return utc.isoformat(timespec="microseconds").replace("+00:00", "Z")


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """*findings*, the worst and the most frequent first."""
    return sorted(
        findings,
        key=lambda found: (SEVERITIES.index(found.severity), -found.count, found.file, found.line),
    )


def grouped(findings: Iterable[Finding], by: str | None) -> dict[str, list[Finding]]:
    """*findings* by one of `GROUPS`, in their order; all under an empty heading for None."""
    groups: dict[str, list[Finding]] = {}
    for found in findings:
        groups.setdefault(_heading(found, by), []).append(found)
    return groups


def _heading(found: Finding, by: str | None) -> str:
    if by is None:
        return ""
    if by == "site":
        return f"{shorten(found.file)}:{found.line}"
    name = found.span_name if by == "span" else found.boundary
    return f"(no {by})" if name is None else name
