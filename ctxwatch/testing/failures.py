"""Findings as the message of a failed test."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from ctxwatch.reporter import diagnostic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxwatch.reporter.records import Record


class LostContextError(AssertionError):
    """A trace lost its context in a block or a function that was to keep it.

    Attributes:
        findings: What was found, as it stands in the log: one mapping a finding.
    """

    def __init__(self, findings: Sequence[Record]) -> None:
        super().__init__(render(findings))
        self.findings = tuple(findings)


def render(findings: Sequence[Record]) -> str:
    """*findings* one below the other, as a compiler would show them."""
    width = shutil.get_terminal_size((100, 24)).columns
    glyphs = diagnostic.glyphs(getattr(sys.__stdout__, "encoding", None))
    parts = []
    for finding in findings:
        lines = [diagnostic.head(finding), *diagnostic.body(finding, width, glyphs)]
        parts.append("\n".join("".join(text for _, text in line).rstrip() for line in lines))
    return "\n\n".join(parts)
