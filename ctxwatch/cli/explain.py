"""``ctxwatch explain``: what a code means, with a program that shows it and its remedies."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ctxwatch import explain
from ctxwatch.cli.errors import UsageError

if TYPE_CHECKING:
    import argparse

SUMMARY = "Tell what a code means, why it happens, and what mends it."


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the argument."""
    parser.add_argument(
        "code", metavar="CODE", nargs="?", help="such as CTX101; without it, all codes are listed"
    )


def run(args: argparse.Namespace) -> int:
    """Print the page of ``args.code``, or the list of all codes."""
    if args.code is None:
        sys.stdout.writelines(f"{code}  {sentence}\n" for code, sentence in explain.codes().items())
        return 0
    try:
        page = explain.page(args.code.upper())
    except KeyError:
        raise UsageError(explain.unknown(args.code)) from None
    if not (sys.stdout.isatty() and _draw(page)):
        sys.stdout.write(page)
    return 0


def _draw(page: str) -> bool:
    """Draw *page* on the terminal if rich is installed; whether that was so."""
    try:
        from rich.console import Console
        from rich.markdown import Markdown
    except ImportError:
        return False
    Console().print(Markdown(page))
    return True
