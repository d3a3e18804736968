"""Findings as one JSON document: the merged findings, and what the logs add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ctxwatch.report.load import Broken
from ctxwatch.report.selection import grouped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxwatch.report.load import Log
    from ctxwatch.report.records import Finding


def render(log: Log, findings: Sequence[Finding], by: str | None = None) -> str:
    """One object.

    Its ``findings`` are those of the log, with ``count``, ``processes`` and
    ``last_seen`` of all processes together; the other fields are those of `Log`.
    Grouped *by* something, its ``groups`` have the fingerprints under each heading.
    """
    document: dict[str, Any] = {"schema": 1, "findings": findings}
    if by is not None:
        document["groups"] = {
            heading: [found.fingerprint for found in group]
            for heading, group in grouped(findings, by).items()
        }
    for name, value in vars(log).items():
        if name == "broken":
            document[name] = [dict(zip(Broken._fields, line, strict=True)) for line in value]
        elif name != "findings":
            document[name] = value
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
