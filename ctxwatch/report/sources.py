"""The lines of log files: which files are meant, and their bytes in pieces of bounded size."""

from __future__ import annotations

import glob
import os
import sys
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from ctxwatch.cli.errors import UsageError

if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Iterator, Sequence

#: Stands for standard input among the paths.
STDIN = "-"

#: What a log file may be called, where a directory is searched for them.
ENDINGS = (".jsonl", ".ndjson", ".log")

#: Bytes that are read at once.
_PIECE = 1 << 20

#: Bytes after which a line is given up: no record is that long, and a file
#: without a line end must not fill the memory.
LONGEST_LINE = 1 << 24


class Line(NamedTuple):
    """A line of a file, its number from 1, without its end. None where it was too long."""

    number: int
    text: bytes | None


def find(paths: Sequence[str]) -> list[str]:
    """The files that *paths* mean: files, directories, globs, or ``-``; each once.

    A directory stands for the files in it and below it whose name has one of
    `ENDINGS`. Raises `UsageError` where a path means no file.
    """
    for path in paths:
        if not _expand(path):
            if os.path.isdir(path):
                raise UsageError(f"{path}: no log in this directory ({', '.join(ENDINGS)})")
            raise UsageError(f"{path}: no such file")
    return existing(paths)


def existing(paths: Iterable[str]) -> list[str]:
    """As `find`, but a path may mean no file."""
    found: dict[str, str] = {}
    for path in paths:
        for name in _expand(path):
            found.setdefault(name if name == STDIN else os.path.realpath(name), name)
    return list(found.values())


def _expand(path: str) -> list[str]:
    if os.path.isdir(path):
        return sorted(
            os.path.join(directory, name)
            for directory, _, files in os.walk(path)
            for name in files
            if name.endswith(ENDINGS)
        )
    if path == STDIN or os.path.exists(path):
        return [path]
    return sorted(name for name in glob.glob(path, recursive=True) if os.path.isfile(name))


def size(files: Iterable[str]) -> int | None:
    """Bytes in all *files*; None where one of them has no size, as a pipe."""
    total = 0
    for name in files:
        if not os.path.isfile(name):
            return None
        total += os.path.getsize(name)
    return total


def pieces(name: str) -> Iterator[bytes]:
    """The bytes of a file, or of standard input, as they come. Raises `UsageError`."""
    if name == STDIN:
        yield from read(sys.stdin.buffer)
        return
    try:
        with open(name, "rb", buffering=0) as file:
            yield from read(file)
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror}") from None


def read(file: BinaryIO | io.FileIO) -> Iterator[bytes]:
    """The bytes of an open *file*, in pieces."""
    # A buffered stream has read1, which does not wait until the piece is full.
    read = getattr(file, "read1", file.read)
    while piece := read(_PIECE):
        yield piece


class Splitter:
    """Cuts pieces of a file into lines, across the borders of the pieces."""

    def __init__(self) -> None:
        self._number = 0
        self._rest = b""
        self._too_long = False

    def feed(self, piece: bytes) -> Iterator[Line]:
        """The lines that *piece* completes; empty ones are left out."""
        *whole, rest = piece.split(b"\n")
        if not whole:
            self._keep(self._rest + rest)
            return
        whole[0] = self._rest + whole[0]
        self._rest = b""
        for text in whole:
            self._number += 1
            if self._too_long:
                self._too_long = False
                yield Line(self._number, None)
            elif text and not text.isspace():
                yield Line(self._number, text)
        self._keep(rest)

    def _keep(self, rest: bytes) -> None:
        self._too_long = self._too_long or len(rest) > LONGEST_LINE
        self._rest = b"" if self._too_long else rest

    def end(self) -> Iterator[Line]:
        """The last line, where the file does not end with a line end."""
        if self._rest or self._too_long:
            yield from self.feed(b"\n")
