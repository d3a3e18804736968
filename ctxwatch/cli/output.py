"""Writing to somebody who may stop reading: ``ctxwatch explain CTX101 | head -1``."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO


@contextlib.contextmanager
def reader_may_leave() -> Iterator[None]:
    """Around writes to stdout and stderr: they end early, and without an error, if nobody reads.

    `main` has it around every command. A command has it around its own writes where something
    else comes after them: more work, or an exit code of its own.
    """
    try:
        with contextlib.suppress(BrokenPipeError):
            yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            _flush(stream)


def _flush(stream: TextIO | None) -> None:
    if stream is None:  # closed before we were started
        return
    try:
        stream.flush()
    except BrokenPipeError:
        # Python tries it once more when it ends, and would complain.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
