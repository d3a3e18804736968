"""The table ``[tool.ctxwatch]`` of pyproject.toml: severities, and findings to ignore."""

from __future__ import annotations

import datetime as dt
import fnmatch
import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from ctxwatch import explain
from ctxwatch.cli.errors import UsageError
from ctxwatch.report.records import SEVERITIES

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Collection

    from ctxwatch.report.records import Finding


class Ignore(NamedTuple):
    """Findings that are accepted.

    `site` is a glob of the file, relative to any directory, and after a colon
    one of the function; `span` is a glob of the span's name. `expires` is the
    last day on which it counts.
    """

    code: str
    reason: str
    site: str = "*"
    span: str = "*"
    expires: dt.date | None = None

    def has_expired(self, today: dt.date) -> bool:
        """Whether it counts no more."""
        return self.expires is not None and self.expires < today

    def covers(self, finding: Finding) -> bool:
        """Whether *finding* is one of those that it means."""
        file, _, function = self.site.partition(":")
        path = "/" + finding.file.replace("\\", "/")
        return (
            finding.code == self.code
            and fnmatch.fnmatchcase(path, f"*/{file}")
            and fnmatch.fnmatchcase(plain_name(finding.function), function or "*")
            and fnmatch.fnmatchcase(finding.span_name or "", self.span)
        )


class Settings(NamedTuple):
    """What pyproject.toml says. `root` is its directory, or the working one if there is none."""

    root: str
    severities: dict[str, str]
    ignores: tuple[Ignore, ...]


def plain_name(function: str) -> str:
    """The name of a function without its class: Python 3.10 knows no more."""
    return function.rpartition(".")[2]


def read(directory: str) -> Settings:
    """The settings of the nearest pyproject.toml, from *directory* upward.

    Raises `UsageError`, with the key, for what cannot be used: a setting that is
    passed over would let a finding through, or hold one up, without a word.
    """
    root = os.path.abspath(directory)
    while not os.path.isfile(os.path.join(root, "pyproject.toml")):
        root, below = os.path.dirname(root), root
        if root == below:
            return Settings(os.path.abspath(directory), {}, ())
    path = os.path.join(root, "pyproject.toml")
    try:
        with open(path, "rb") as file:
            table = tomllib.load(file).get("tool", {}).get("ctxwatch", {})
        return _parse(root, table)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, _UnusableError) as error:
        raise UsageError(f"{path}: {error}") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None


class _UnusableError(Exception):
    """A value of the table cannot be used; the message says which and why."""


def _parse(root: str, table: Any) -> Settings:
    _check_keys("tool.ctxwatch", table, ("severities", "ignores"))
    severities = table.get("severities", {})
    _check_keys("tool.ctxwatch.severities", severities, None)
    for code, severity in severities.items():
        where = f"tool.ctxwatch.severities.{code}"
        _check_code(where, code)
        if severity not in SEVERITIES:
            raise _UnusableError(f"{where} is {severity!r}: expected {', '.join(SEVERITIES)}")
    ignores = table.get("ignores", [])
    if not isinstance(ignores, list):
        raise _UnusableError(
            "tool.ctxwatch.ignores is no array of tables: [[tool.ctxwatch.ignores]]"
        )
    parsed = tuple(_parse_ignore(number, ignore) for number, ignore in enumerate(ignores, 1))
    return Settings(root, severities, parsed)


def _parse_ignore(number: int, table: Any) -> Ignore:
    where = f"tool.ctxwatch.ignores, number {number}"
    _check_keys(where, table, Ignore._fields)
    for key in ("code", "reason"):
        if not table.get(key):
            raise _UnusableError(f"{where} has no {key}")
    for key in ("code", "reason", "site", "span"):
        if not isinstance(table.get(key, ""), str):
            raise _UnusableError(f"{where}: {key} is no string")
    # A date with a time of day is a datetime, which is a date to isinstance.
    if type(table.get("expires", dt.date.max)) is not dt.date:
        raise _UnusableError(f"{where}: expires is no date such as 2030-12-31")
    _check_code(where, table["code"])
    return Ignore(**table)


def _check_keys(where: str, table: Any, known: Collection[str] | None) -> None:
    if not isinstance(table, dict):
        raise _UnusableError(f"{where} is no table")
    for key in table:
        if known is not None and key not in known:
            raise _UnusableError(
                f"{where} has an unknown key {key!r}: known are {', '.join(known)}"
            )


def _check_code(where: str, code: str) -> None:
    if code not in explain.codes():
        raise _UnusableError(f"{where}: {explain.unknown(code)}")
