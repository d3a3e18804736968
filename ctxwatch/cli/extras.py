"""The packages that some commands need beside those of the agent: the extras of pyproject.toml."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from ctxwatch.cli.errors import CliError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def needed_from(extra: str, error_class: type[CliError] = CliError) -> Iterator[None]:
    """Around late imports: a missing package ends the command with the pip command that helps.

    *error_class* is for commands whose exit code 1 says something else.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "ctxwatch":
            raise
        raise error_class(
            f"this needs {error.name}, which is not installed: "
            f"{sys.executable} -m pip install 'ctxwatch[{extra}]'"
        ) from None
