"""Findings as SARIF 2.1.0, which code hosts and editors show beside the code."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ctxwatch import explain
from ctxwatch._version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxwatch.report.records import Finding

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}

#: The directory that relative paths are relative to, in SARIF's words.
_ROOT = "SRCROOT"


def render(findings: Iterable[Finding]) -> str:
    """One run with a result for each of *findings*. Paths are relative to the working directory."""
    findings = list(findings)
    codes = sorted({found.code for found in findings})
    run = {
        "tool": {
            "driver": {
                "name": "ctxwatch",
                "semanticVersion": __version__,
                "rules": [_rule(code) for code in codes],
            }
        },
        "originalUriBaseIds": {_ROOT: {"uri": Path.cwd().as_uri() + "/"}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(found, codes.index(found.code)) for found in findings],
    }
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(document, indent=2)


def _rule(code: str) -> dict[str, Any]:
    sentence = explain.codes().get(code)
    if sentence is None:  # a log of a newer ctxwatch
        return {"id": code}
    page = explain.page(code)
    return {
        "id": code,
        "shortDescription": {"text": sentence},
        "help": {"text": page, "markdown": page},
    }


def _result(found: Finding, rule: int) -> dict[str, Any]:
    remedy = f"{found.remedy.text}\n\n```python\n{found.remedy.code.rstrip()}\n```"
    result: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": rule,
        "level": _LEVELS[found.severity],
        "message": {
            "text": f"{found.headline}. {found.cause} {found.remedy.text}",
            "markdown": f"{found.headline}. {found.cause}\n\n{remedy}",
        },
        "locations": [_location(found.file, found.line, found.function)],
        "partialFingerprints": {"ctxwatch/v1": found.fingerprint},
        "occurrenceCount": found.count,
    }
    related = []
    if found.library is not None:
        place = found.library
        related.append(_location(place.file, place.line, place.function, "handed over in here"))
    if found.inherited is not None:
        unit = found.inherited
        text = f"{unit.boundary}: what it started passes its context on"
        related.append(_location(unit.file, unit.line, unit.function, text))
    started = None
    if found.span_file is not None and found.span_line is not None:
        text = f"span '{found.span_name}' starts here"
        started = _location(found.span_file, found.span_line, None, text)
        related.append(started)
    if related:
        result["relatedLocations"] = related
    if found.hops:
        steps = [
            _location(
                hop.file,
                hop.line,
                hop.function,
                f"{hop.boundary}: {hop.verdict}" if hop.verdict else hop.boundary,
            )
            for hop in found.hops
        ]
        steps += [started] if started else []
        result["codeFlows"] = [{"threadFlows": [{"locations": [{"location": s} for s in steps]}]}]
    return result


def _location(
    file: str, line: int, function: str | None, message: str | None = None
) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": _artifact(file),
            "region": {"startLine": max(line, 1)},
        }
    }
    if function is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": function, "kind": "function"}]
    if message is not None:
        location["message"] = {"text": message}
    return location


def _artifact(file: str) -> dict[str, str]:
    here = os.getcwd() + os.sep
    if file.startswith(here):
        return {"uri": quote(file[len(here) :].replace(os.sep, "/")), "uriBaseId": _ROOT}
    if os.path.isabs(file):
        return {"uri": Path(file).as_uri()}
    return {"uri": quote(file.replace(os.sep, "/"))}
