"""The baseline: a file of findings that are known, so that only new ones count.

A finding is told by its code, file, function, boundary and span name. Its line
is left out: it moves with every edit above. A function may hold several such
findings, so each has a count, and what goes beyond the count is new.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from ctxwatch.check.settings import plain_name
from ctxwatch.cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxwatch.report.records import Finding

VERSION = 1


class Key(NamedTuple):
    """What tells one finding from another, on any machine."""

    code: str
    file: str
    function: str
    boundary: str | None
    span: str | None


def key(finding: Finding, root: str) -> Key:
    """The key of *finding* in the project whose directory is *root*."""
    file = _portable(finding.file, root)
    function = plain_name(finding.function)
    return Key(finding.code, file, function, finding.boundary, finding.span_name)


def _portable(file: str, root: str) -> str:
    """*file* as it is called in every checkout and every environment."""
    file = file.replace("\\", "/")
    below_root = file.removeprefix(root.replace("\\", "/").rstrip("/") + "/")
    return re.sub(r"^.*/(?=(site|dist)-packages/)", "", below_root)


def read(path: str) -> Counter[Key]:
    """How often each finding is known. Raises `UsageError`."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        if content["version"] != VERSION:
            raise UsageError(f"{path}: is of version {content['version']}, expected {VERSION}")
        known: Counter[Key] = Counter()
        for entry in content["findings"]:
            known[Key(*(entry[name] for name in Key._fields))] += int(entry["count"])
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file; --update-baseline makes it") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError(f"{path}: is no baseline of ctxwatch: {error!r}") from None
    return known


def write(path: str, findings: Iterable[Finding], root: str) -> None:
    """Make *findings* the known ones. Raises `UsageError`."""
    counts = Counter(key(finding, root) for finding in findings)
    entries = [known._asdict() | {"count": counts[known]} for known in sorted(counts, key=str)]
    text = json.dumps({"version": VERSION, "findings": entries}, indent=2) + "\n"
    unfinished = f"{path}.{os.getpid()}"
    try:
        with open(unfinished, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(unfinished, path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
