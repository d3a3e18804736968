"""The long story of every code: one Markdown page each, next to this file.

A page is headed ``# CODE: one sentence``. Its first Python block yields exactly
that finding, its second one none; the tests run both.
"""

from __future__ import annotations

import difflib
import functools
from importlib import resources


@functools.cache
def codes() -> dict[str, str]:
    """Every code, in order, with one sentence that says what happened."""
    pages = (entry for entry in resources.files(__name__).iterdir() if entry.name.endswith(".md"))
    headings = (entry.read_text(encoding="utf-8").split("\n", 1)[0] for entry in pages)
    return dict(sorted(_split(heading) for heading in headings))


def page(code: str) -> str:
    """The page of *code*, in Markdown. KeyError for a code that there is not."""
    if code not in codes():
        raise KeyError(code)
    return resources.files(__name__).joinpath(f"{code}.md").read_text(encoding="utf-8")


def unknown(code: str) -> str:
    """What to say of a *code* that there is not."""
    *others, last = sorted(difflib.get_close_matches(code.upper(), codes(), cutoff=0.0))
    return f"unknown code {code!r}: nearest are {', '.join(others)} and {last}"


def _split(heading: str) -> tuple[str, str]:
    code, _, sentence = heading.removeprefix("# ").partition(": ")
    return code, sentence
