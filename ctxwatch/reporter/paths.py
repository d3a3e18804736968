"""Paths as people read them."""

from __future__ import annotations

import os


def shorten(path: str) -> str:
    """*path* relative to the working directory where it is below it."""
    try:
        here = os.getcwd() + os.sep
    except OSError:
        return path
    return path.removeprefix(here)
