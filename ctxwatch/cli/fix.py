"""``ctxwatch fix``: the remedies of findings as a diff of the user's own source."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

from ctxwatch.cli import output
from ctxwatch.cli.errors import UsageError
from ctxwatch.cli.extras import needed_from
from ctxwatch.reporter.paths import shorten

if TYPE_CHECKING:
    import argparse

    from ctxwatch.fix.plan import Left, Patch

SUMMARY = "Print the edits that mend findings as a diff, or make them."


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.usage = "ctxwatch fix [--apply] LOG..."
    parser.epilog = (
        "The diff goes to stdout; what is left to do by hand goes to stderr, with the reason. "
        "Exit code: 0 if nothing is left to do by hand, 1 if something is, 2 if a log or a file "
        "cannot be read or written. Installed packages are never edited."
    )
    parser.add_argument(
        "logs", nargs="+", metavar="LOG", help="log files, directories, globs, or - for stdin"
    )
    parser.add_argument("--apply", action="store_true", help="write the edits into the files")


def run(args: argparse.Namespace) -> int:
    """Print the diff and, with ``args.apply``, make it true; 1 if something is left to people."""
    with needed_from("fix", UsageError):
        from ctxwatch.fix import plan
        from ctxwatch.report.load import load
    log = load(args.logs)
    for broken in log.broken:
        sys.stderr.write(f"ctxwatch: {broken}\n")
    todo = plan.make(log.findings)
    for patch in todo.patches:
        if args.apply:
            _write(patch)
        with output.reader_may_leave():
            sys.stdout.buffer.write(patch.diff())
    what = "mended" if args.apply else "can be mended with --apply"
    with output.reader_may_leave():
        sys.stderr.writelines(map(_by_hand, todo.left))
        sys.stderr.write(
            f"ctxwatch: findings: {len(todo.mended)} {what}, {len(todo.left)} by hand\n"
        )
    return 1 if todo.left else 0


def _write(patch: Patch) -> None:
    """Write the edited file over the old one, which keeps its mode, owner and links."""
    try:
        with open(patch.file, "r+b") as file:
            if file.read() != patch.before:
                raise UsageError(f"{patch.file}: has changed just now; nothing is written to it")
            file.seek(0)
            file.write(patch.after)
            file.truncate()
    except OSError as error:
        raise UsageError(f"{patch.file}: {error.strerror}") from None


def _by_hand(left: Left) -> str:
    finding = left.finding
    place = f"{shorten(finding.file)}:{finding.line}"
    remedy = f"{finding.remedy.text}\n\n{finding.remedy.code}"
    return f"{place}: {finding.code} by hand: {left.reason}\n{textwrap.indent(remedy, '    ')}\n"
