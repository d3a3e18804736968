"""``ctxwatch check``: the gate for CI, which fails when there are new findings."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

from ctxwatch.cli import output
from ctxwatch.cli.errors import UsageError
from ctxwatch.cli.extras import needed_from

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ctxwatch.check.gate import Outcome
    from ctxwatch.report.load import Log
    from ctxwatch.report.records import Finding

SUMMARY = "Fail if logs hold findings that are not in the baseline."

_FORMATS = ("terminal", "sarif", "junit", "github")


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.usage = "ctxwatch check [OPTIONS] LOG..."
    parser.epilog = (
        "Exit code: 0 if nothing new was found, 1 if something was, 2 if that cannot be told: "
        "a log or a setting cannot be read, or nothing was watched. Severities and findings to "
        "ignore stand in [tool.ctxwatch] of pyproject.toml. Findings go to stdout, what is said "
        "about them to stderr."
    )
    parser.add_argument(
        "logs", nargs="+", metavar="LOG", help="log files, directories, globs, or - for stdin"
    )
    parser.add_argument(
        "--severity",
        choices=("info", "warning", "error"),
        default="warning",
        help="the lowest severity that fails (default: warning)",
    )
    parser.add_argument("--baseline", metavar="FILE", help="findings in this file are known")
    parser.add_argument(
        "--update-baseline",
        action="store_true",
        help="write what is found into the baseline, and succeed",
    )
    parser.add_argument("--format", choices=_FORMATS, default="terminal", help="of stdout")


def run(args: argparse.Namespace) -> int:
    """Print the new findings; 1 if there are any, else 0."""
    with needed_from("report", UsageError):
        from ctxwatch.check import baseline, gate, settings
        from ctxwatch.report.load import load
    if args.update_baseline and args.baseline is None:
        raise UsageError("--update-baseline needs --baseline FILE")
    configured = settings.read(os.getcwd())
    known: Counter[baseline.Key] = Counter()
    if args.baseline is not None and not args.update_baseline:
        known = baseline.read(args.baseline)
    log = load(args.logs)
    today = dt.datetime.now(tz=dt.timezone.utc).date()
    outcome = gate.judge(log.findings, configured, args.severity, known, today)
    with output.reader_may_leave():
        _say(log, outcome)
    if not log.records:
        raise UsageError("no records in the logs: was the program run under ctxwatch?")
    if args.update_baseline:
        baseline.write(args.baseline, outcome.failing, configured.root)
        sys.stderr.write(f"ctxwatch: {args.baseline}: {len(outcome.failing)} findings are known\n")
        return 0
    # Formats for machines are in UTF-8 on every system.
    encoding = sys.stdout.encoding if args.format == "terminal" else "utf-8"
    text = _render(args.format, outcome.failing)
    with output.reader_may_leave():
        sys.stdout.buffer.write(text.encode(encoding, "backslashreplace"))
    return 1 if outcome.failing else 0


def _render(name: str, failing: Sequence[Finding]) -> str:
    if name == "sarif":
        from ctxwatch.report import sarif

        return sarif.render(failing) + "\n"
    if name == "junit":
        import msgspec

        from ctxwatch.report import junit

        # JUnit's own rule is that level info passes; here it was asked to fail.
        failed = [msgspec.structs.replace(finding, severity="error") for finding in failing]
        return junit.render(failed) + "\n"
    from ctxwatch.check import faces

    return faces.github(failing) if name == "github" else faces.terminal(failing)


def _say(log: Log, outcome: Outcome) -> None:
    """What a reader of the CI's log has to know beside the findings themselves."""
    lines = [f"{broken}" for broken in log.broken]
    if log.broken_count > len(log.broken):
        lines.append(f"{log.broken_count - len(log.broken)} more lines cannot be read")
    lines.extend(
        f"was ignored until {ignore.expires}: {ignore.code} at {ignore.site} ({ignore.reason})"
        for ignore in outcome.expired
    )
    counts = {
        "new": outcome.failing,
        "in the baseline": outcome.known,
        "ignored": outcome.ignored,
        "below the severity": outcome.minor,
    }
    told = ", ".join(f"{len(found)} {what}" for what, found in counts.items() if found)
    lines.append(f"findings: {told or 'none'}")
    sys.stderr.writelines(f"ctxwatch: {line}\n" for line in lines)
