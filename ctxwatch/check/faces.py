"""Failing findings as one line each: for a terminal, and as annotations of GitHub Actions."""

from __future__ import annotations

import os
import shutil
import textwrap
from typing import TYPE_CHECKING

from ctxwatch.reporter.paths import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxwatch.report.records import Finding

#: GitHub's words for severities.
_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def terminal(findings: Sequence[Finding]) -> str:
    """Each with its place, as compilers write it, and with the remedy in words."""
    width = shutil.get_terminal_size((96, 24)).columns
    wrapper = textwrap.TextWrapper(
        width, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False
    )
    return "".join(
        f"{shorten(found.file)}:{found.line}: {found.code} {found.severity}: {found.headline}\n"
        f"{wrapper.fill(found.remedy.text)}\n"
        for found in findings
    )


def github(findings: Sequence[Finding]) -> str:
    """Workflow commands: GitHub shows each at its line of the pull request."""
    return "".join(
        f"::{_COMMANDS[found.severity]} file={_property(shorten(found.file).replace(os.sep, '/'))}"
        f",line={found.line},title={found.code}"
        f"::{_data(f'{found.headline}. {found.remedy.text}')}\n"
        for found in findings
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
