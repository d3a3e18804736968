"""Which findings can be mended by an edit, and what the files are then."""

from __future__ import annotations

import datetime as dt
import difflib
import os
import sysconfig
from typing import TYPE_CHECKING, NamedTuple

from ctxwatch import remedies
from ctxwatch.fix import calls, queues
from ctxwatch.fix.source import ByHand, Source, call_at, method_name
from ctxwatch.reporter.paths import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    import libcst as cst

    from ctxwatch.report.records import Finding


class Left(NamedTuple):
    """A finding that people have to mend, and why."""

    finding: Finding
    reason: str


class Patch(NamedTuple):
    """A file before and after."""

    file: str
    before: bytes
    after: bytes

    def diff(self) -> bytes:
        """The unified diff, in the file's own encoding, as ``git apply`` and ``patch`` take it."""
        name = shorten(self.file).replace(os.sep, "/").lstrip("/").encode()
        lines = difflib.diff_bytes(
            difflib.unified_diff,
            self.before.splitlines(keepends=True),
            self.after.splitlines(keepends=True),
            b"a/" + name,
            b"b/" + name,
        )
        return b"".join(
            line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"
            for line in lines
        )


class Plan(NamedTuple):
    """What is to be done: patches, the findings that these mend, and those that are left."""

    patches: list[Patch]
    mended: list[Finding]
    left: list[Left]


def make(findings: Iterable[Finding]) -> Plan:
    """Plan the edits for *findings*. Nothing is written."""
    plan = Plan([], [], [])
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.remedy.code:  # without, there is nothing to mend
            by_file.setdefault(finding.file, []).append(finding)
    for file in sorted(by_file):
        _plan_file(plan, file, sorted(by_file[file], key=lambda finding: finding.line))
    return plan


def _plan_file(plan: Plan, file: str, findings: list[Finding]) -> None:
    mended: list[Finding] = []
    left: list[Left] = []
    try:
        before = _read(file)
        source = Source(before)
        edited: dict[tuple[str | None, int], Finding] = {}
        for finding in findings:
            same = finding.boundary, finding.line
            if same in edited:  # two spans of one hand-off
                mended.append(finding)
                continue
            edits = source.edits()
            try:
                _edit(source, finding)
            except ByHand as reason:
                source.restore(edits)
                left.append(Left(finding, str(reason)))
            else:
                edited[same] = finding
                mended.append(finding)
        after = source.edited() if mended else before
        compile(after, file, "exec", dont_inherit=True)
    except (ByHand, SyntaxError) as reason:
        mended, left = [], [Left(finding, str(reason)) for finding in findings]
    plan.mended.extend(mended)
    plan.left.extend(left)
    if mended:
        plan.patches.append(Patch(file, before, after))


def _read(file: str) -> bytes:
    path = os.path.realpath(file)
    library = tuple(os.path.realpath(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib"))
    folders = path.replace("\\", "/").split("/")
    if {"site-packages", "dist-packages"} & set(folders) or path.startswith(library):
        raise ByHand("the hand-off is in an installed package")
    try:
        with open(path, "rb") as source:
            return source.read()
    except OSError as error:
        raise ByHand(f"the file cannot be read: {error.strerror}") from None


def _edit(source: Source, finding: Finding) -> None:
    boundary = finding.boundary or ""
    if finding.library is not None:
        raise ByHand(f"the hand-off is inside of {finding.library.file}")
    # A boundary may have several remedies, of which the edits know the plain one.
    if finding.remedy.code != remedies.remedy(boundary).code:
        raise ByHand(f"ctxwatch has no edit for this use of {boundary}")
    if boundary in queues.BOUNDARIES and finding.family in ("parent_lost", "parent_stale"):
        queues.carry_context(source, _call(source, finding, queues.PUTS), finding)
    elif finding.family != "parent_lost":
        raise ByHand("ctxwatch has no edit for this kind of finding")
    elif boundary in calls.FUNCTION_AT:
        method, position = calls.FUNCTION_AT[boundary]
        calls.copy_before(source, _call(source, finding, (method,)), position)
    elif boundary == "ThreadPoolExecutor.map":
        calls.copy_for_each(source, _call(source, finding, ("map",)))
    elif boundary in calls.STARTED:
        calls.copy_at_start(source, _call(source, finding, ("start",)), boundary)
    else:
        raise ByHand(f"ctxwatch has no edit for {boundary}")


def _call(source: Source, finding: Finding, names: tuple[str, ...]) -> cst.Call:
    function = finding.function.rpartition(".")[2]
    call = call_at(source, finding.line, function, names)
    if _is_newer(finding):
        inside = source.function(call)
        twins = [
            c for c in source.calls if method_name(c) in names and source.function(c) is inside
        ]
        if len(twins) > 1:
            raise ByHand("the file has changed since the run, and there are several such calls")
    return call


def _is_newer(finding: Finding) -> bool:
    """Whether the file was written after the finding: then its lines may have moved."""
    seen = dt.datetime.fromisoformat(finding.last_seen.replace("Z", "+00:00"))
    return os.path.getmtime(finding.file) > seen.timestamp()
