"""Where records end up: on stderr, or on a file that many processes share.

No lock and no buffer: a record, or a few of them, are whole in one system call on a descriptor
that was opened with ``O_APPEND``, which neither a fork nor another process can tear.
"""

from __future__ import annotations

import os
import sys

#: Characters. Few, as the thread that writes gives way to the others with each portion.
PORTION = 16 * 1024


class Sink:
    """Writes lines to the file *path*, or to stderr where *path* is None.

    `dropped` counts the lines that could not be written.
    """

    def __init__(self, path: str | None) -> None:
        self.path = path
        self.dropped = 0
        self._descriptor: int | None = None
        self._identity: tuple[int, int] | None = None

    def open_error(self) -> OSError | None:
        """Try the file, and fall back to stderr if it cannot be written. Returns why."""
        if self.path is None:
            return None
        try:
            # The program may change its directory before the file has to be opened again.
            self.path = os.path.abspath(self.path)
            self._open()
        except OSError as error:
            self.path = None
            return error
        return None

    def is_terminal(self) -> bool:
        """Whether lines end up before somebody's eyes."""
        if self.path is not None:
            return False
        try:
            return os.isatty(2)
        except OSError:
            return False

    @property
    def portion(self) -> int:
        """How many characters may be written at once, when there are several lines to write.

        One line only to stderr: of what goes to a pipe, only little is never torn.
        """
        return 1 if self.path is None else PORTION

    def write(self, *lines: str) -> None:
        """Write *lines*, whole or not at all as far as the system allows."""
        data = "\n".join((*lines, "")).encode("utf-8", "backslashreplace")
        try:
            descriptor = self._file() if self.path is not None else _stderr()
            if descriptor is None:
                self.dropped += len(lines)
                return
            written = os.write(descriptor, data)
            while written < len(data):
                # A pipe takes less than it was given when it is nearly full.
                data = data[written:]
                written = os.write(descriptor, data)
        except OSError:
            self.dropped += len(lines)

    def _open(self) -> int:
        assert self.path is not None
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        descriptor = os.open(self.path, flags, 0o644)
        status = os.fstat(descriptor)
        self._descriptor = descriptor
        self._identity = status.st_dev, status.st_ino
        return descriptor

    def _file(self) -> int:
        """The open file. A program that closes all descriptors may have given its number away."""
        if self._descriptor is not None:
            try:
                status = os.fstat(self._descriptor)
            except OSError:
                pass
            else:
                if (status.st_dev, status.st_ino) == self._identity:
                    return self._descriptor
        return self._open()


def _stderr() -> int | None:
    """Descriptor 2, unless the program was started without one: then it may be anything."""
    return None if sys.__stderr__ is None else 2
