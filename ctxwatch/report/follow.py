"""Reads logs while processes write them."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from ctxwatch.report import sources
from ctxwatch.report.load import Merger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxwatch.report.records import Finding

#: Seconds between two looks at the files.
_PAUSE = 0.2


def follow(paths: Sequence[str]) -> Iterator[Finding]:
    """Every finding that is in the logs or comes into them, once, without an end.

    Files that appear later, are cut, or are replaced, as rotation does, are
    read from their beginning. Standard input has to be alone among *paths*; its end is the end.
    Raises `UsageError` where a path means no file at the start.
    """
    merger = Merger()
    if list(paths) == [sources.STDIN]:
        splitter = sources.Splitter()
        merger.begin(sources.STDIN)
        for piece in sources.pieces(sources.STDIN):
            yield from merger.read(splitter.feed(piece))
        yield from merger.read(splitter.end())
        return
    tails = {name: _Tail(name) for name in sources.find(paths)}
    while True:
        for name, tail in tails.items():
            merger.begin(name)
            yield from merger.read(tail.lines())
        time.sleep(_PAUSE)
        for name in sources.existing(paths):
            tails.setdefault(name, _Tail(name))


class _Tail:
    """The lines that a file has got since the last look."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._position = 0
        self._file_id: tuple[int, int] | None = None
        self._splitter = sources.Splitter()

    def lines(self) -> Iterator[sources.Line]:
        """Whole lines only: the rest of the last one comes with its end."""
        try:
            file = open(self._name, "rb")  # noqa: SIM115 - closed below, but not when absent
        except FileNotFoundError:
            return
        with file:
            status = os.fstat(file.fileno())
            file_id = status.st_dev, status.st_ino
            if file_id != self._file_id or status.st_size < self._position:
                self._file_id, self._position = file_id, 0
                self._splitter = sources.Splitter()
            file.seek(self._position)
            for piece in sources.read(file):
                self._position += len(piece)
                yield from self._splitter.feed(piece)
