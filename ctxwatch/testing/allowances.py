"""Losses that a test lives with."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ctxwatch.reporter.records import Record


class Allowance(NamedTuple):
    """Findings that fail no test.

    Attributes:
        code: Their code, a glob: ``CTX102``, ``CTX4*``.
        site: The line that lost the context, or the library's line beside it:
            ``file:function`` or ``file:line``, a glob. The file may be the last
            parts of its path.
        reason: Why, for whoever reads the test.
    """

    code: str
    site: str
    reason: str

    def covers(self, finding: Record) -> bool:
        """Whether *finding* is one of these."""
        if not fnmatch(finding["code"], self.code):
            return False
        places = [
            (
                finding["code.file.path"],
                finding["code.line.number"],
                finding["code.function.name"],
            )
        ]
        library = finding["library"]
        if library is not None:
            places.append((library["file"], library["line"], library["function"]))
        return any(self._is_at(*place) for place in places)

    def _is_at(self, file: str, line: int, function: str) -> bool:
        file_glob, _, where = self.site.rpartition(":")
        if not fnmatch(file.replace("\\", "/"), f"*{file_glob}"):
            return False
        # Python tells a method's class from 3.11 on.
        names = function, function.rpartition(".")[2]
        return str(line) == where or any(fnmatch(name, where) for name in names)


def allow(*, reason: str, code: str = "*", site: str = "*:*") -> Allowance:
    """The allowance that a marker ``allow_lost_context`` stands for, by its arguments.

    Raises ValueError for a site that is neither ``file:function`` nor
    ``file:line``, or a reason that says nothing.
    """
    if ":" not in site:
        raise ValueError(f"site={site!r} is not 'file:function' or 'file:line'")
    if not reason.strip():
        raise ValueError("reason= has to say why")
    return Allowance(code, site, reason)
