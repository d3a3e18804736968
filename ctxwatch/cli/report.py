"""``ctxwatch report``: what the logs of any number of processes found, for people and machines."""

from __future__ import annotations

import argparse
import contextlib
import sys
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from ctxwatch.cli import extras
from ctxwatch.cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctxwatch.report.selection import Selection

SUMMARY = "Show what the logs of any number of processes found."

FORMATS = ("terminal", "json", "markdown", "html", "sarif", "junit")
_GROUPLESS = ("sarif", "junit")

#: Bytes of input from which on progress is shown: less is read before one has looked.
_LONG = 1 << 25


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = """\
CODE, SITE and SPAN may have * and ? in them, and may be given several times.

  ctxwatch report logs/ --code 'CTX1*' --site 'orders/*.py' --since 2h
  ctxwatch report 'logs/**/*.jsonl' --format html > report.html
"""
    parser.add_argument(
        "logs", metavar="LOG", nargs="+", help="a file, a directory, a glob, or - for stdin"
    )
    parser.add_argument("--code", action="append", default=[], help="only findings of this code")
    parser.add_argument(
        "--site",
        metavar="FILE[:LINE]",
        action="append",
        default=[],
        help="only findings whose work was handed over here",
    )
    parser.add_argument(
        "--span",
        metavar="NAME",
        action="append",
        default=[],
        help="only findings about this span or a child of it",
    )
    parser.add_argument(
        "--since", metavar="WHEN", help="only findings seen since this time (ISO 8601), or 15m, 2h"
    )
    parser.add_argument(
        "--group",
        choices=["site", "span", "boundary"],
        help="put findings of the same line, span or boundary together (not in sarif and junit)",
    )
    parser.add_argument(
        "--format", choices=FORMATS, default="terminal", help="of stdout (default: terminal)"
    )
    parser.add_argument(
        "--follow", action="store_true", help="go on, and show findings as they are written"
    )


def run(args: argparse.Namespace) -> int:
    """Write the report to stdout."""
    if args.group and args.format in _GROUPLESS:
        raise UsageError(f"--group cannot be used with --format {args.format}: it has no groups")
    if args.follow and (args.format != "terminal" or args.group):
        raise UsageError("--follow goes with --format terminal, without --group")
    with extras.needed_from("report"):
        from ctxwatch.report import selection

        since = selection.moment(args.since, datetime.now(timezone.utc)) if args.since else ""
        chosen = selection.Selection(args.code, args.site, args.span, since)
        _follow(args, chosen) if args.follow else _report(args, chosen)
    return 0


def _report(args: argparse.Namespace, chosen: Selection) -> None:
    from ctxwatch.report import selection
    from ctxwatch.report.load import load
    from ctxwatch.report.traffic import Traffic

    traffic = Traffic()
    on_snapshot = traffic.add if args.format == "html" else None
    with _progress(args.logs) as on_bytes:
        log = load(args.logs, on_snapshot=on_snapshot, on_bytes=on_bytes)
    findings = selection.ordered(found for found in log.findings if chosen.takes(found))
    if args.format == "terminal":
        from ctxwatch.report.terminal import Terminal

        Terminal().report(log, selection.grouped(findings, args.group))
        return
    if args.format == "html":
        from ctxwatch.report import html

        text = html.render(log, findings, traffic, args.group)
    elif args.format == "markdown":
        from ctxwatch.report import markdown

        text = markdown.render(log, selection.grouped(findings, args.group))
    elif args.format == "json":
        from ctxwatch.report import document

        text = document.render(log, findings, args.group)
    elif args.format == "sarif":
        from ctxwatch.report import sarif

        text = sarif.render(findings)
    else:
        from ctxwatch.report import junit

        text = junit.render(findings)
    # In UTF-8 on every system: that is what the readers of these formats expect.
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))


def _follow(args: argparse.Namespace, chosen: Selection) -> None:
    from ctxwatch.report.follow import follow
    from ctxwatch.report.terminal import Terminal

    terminal = Terminal()
    for found in follow(args.logs):
        if chosen.takes(found):
            terminal.finding(found)
            sys.stdout.flush()


@contextlib.contextmanager
def _progress(logs: list[str]) -> Iterator[Callable[[int], None] | None]:
    """A bar on stderr while long logs are read, if somebody sees it; gives what moves it on."""
    from ctxwatch.report import sources

    total = sources.size(sources.find(logs))
    if not sys.stderr.isatty() or (total is not None and total < _LONG):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    columns = "ctxwatch reads", BarColumn(), DownloadColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=total)
        yield lambda count: progress.advance(bar, count)
