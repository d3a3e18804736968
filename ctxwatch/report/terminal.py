"""Findings in a terminal, drawn by rich: the same layout as in the watched process, with colours.

rich sees to the width, to NO_COLOR, and to output that is no terminal.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import msgspec
from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text
from rich.theme import Theme

from ctxwatch.report.remarks import counted, remarks
from ctxwatch.reporter import diagnostic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxwatch.report.load import Log
    from ctxwatch.report.records import Finding

#: Findings that are shown; nobody reads more of them in a terminal.
MOST_SHOWN = 50

_THEME = Theme(
    {
        "error": "bold red",
        "warning": "bold yellow",
        "info": "bold cyan",
        "title": "bold",
        "place": "cyan",
        "label": "bold",
        "plain": "none",
        "group": "bold reverse",
        "kept": "green",
        "rescued": "green",
        "empty": "dim",
        "detached": "dim",
        "lost": "red",
        "stale": "red",
        "leaked": "red",
    }
)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command: rich would end the process with an exit code of 1."""
        raise BrokenPipeError


class Terminal:
    """Standard output, as rich knows it."""

    def __init__(self) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            # A span's name may have characters that the terminal's encoding lacks.
            sys.stdout.reconfigure(errors="backslashreplace")
        self._console = _Console(theme=_THEME, highlight=False, emoji=False, markup=False)
        self._glyphs = diagnostic.glyphs(self._console.encoding)
        self._syntax = Syntax("", "python", theme="ansi_dark", background_color="default")

    def report(self, log: Log, groups: Mapping[str, list[Finding]]) -> None:
        """Show the findings of *groups*, under their headings, and what *log* adds up to."""
        total = sum(len(findings) for findings in groups.values())
        room = MOST_SHOWN
        for heading, findings in groups.items():
            if heading and room > 0:
                count = sum(found.count for found in findings)
                what = f"{counted(len(findings), 'finding')}, {counted(count, 'time')}"
                self._write(Text.assemble((f" {heading} ", "group"), f" {what}\n"))
            for found in findings[: max(room, 0)]:
                self.finding(found)
            room -= len(findings)
        if room < 0:
            self._write(
                f"{total - MOST_SHOWN} more findings: choose with --code, --site or --span, "
                "or see all with --format html\n"
            )
        self._totals(log, total)

    def finding(self, found: Finding) -> None:
        """Show one finding, and an empty line after it."""
        record = msgspec.to_builtins(found)
        self._write(self._line(diagnostic.head(record)))
        for line in diagnostic.body(record, self._console.width, self._glyphs):
            self._write(self._line(line))
        self._write("")

    def _line(self, line: diagnostic.Line) -> Text:
        text = Text(end="")
        for style, piece in line:
            if style in ("source", "paste"):
                code = self._syntax.highlight(piece)
                code.rstrip()
                text.append_text(code)
            else:
                text.append(piece, style)
        return text

    def _write(self, line: Text | str) -> None:
        # Lines are as wide as they are to be; rich would fill and crop them otherwise.
        self._console.print(line, soft_wrap=True)

    def _totals(self, log: Log, shown: int) -> None:
        all_found = len(log.findings)
        what = counted(shown, "finding") if shown else "no findings"
        if shown < all_found:
            what += f" of {all_found}"
        style = "title" if shown else "kept"
        self._write(
            Text.assemble(
                (what, style),
                f" in {counted(log.records, 'record')} of "
                f"{counted(log.processes, 'process', 'processes')}, "
                f"{counted(len(log.files), 'file')}",
            )
        )
        width = max((len(name) for name in log.crossings), default=0)
        for name in sorted(log.crossings):
            line = Text(f"  {name:<{width}} ")
            for verdict, count in sorted(log.crossings[name].items()):
                line.append(f" {count} {verdict}", verdict)
            self._write(line)
        for remark in remarks(log):
            self._write(f"  {remark}")
