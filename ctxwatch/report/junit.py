"""Findings as JUnit XML, which CI servers show as tests that failed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ctxwatch.reporter.paths import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxwatch.report.records import Finding

#: What XML 1.0 has no way to write.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(findings: Iterable[Finding]) -> str:
    """One test case for each of *findings*; it fails, unless its severity is ``info``.

    Without findings there is one test case that passes, as an empty suite counts
    as an error with many readers.
    """
    findings = list(findings)
    failures = sum(found.severity != "info" for found in findings)
    suite = ET.Element(
        "testsuite",
        name="ctxwatch",
        tests=str(max(len(findings), 1)),
        failures=str(failures),
        errors="0",
        skipped="0",
    )
    for found in findings:
        suite.append(_case(found))
    if not findings:
        ET.SubElement(suite, "testcase", classname="ctxwatch", name="no findings")
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True)


def _case(found: Finding) -> ET.Element:
    place = f"{shorten(found.file)}:{found.line}"
    case = ET.Element(
        "testcase",
        classname=f"ctxwatch.{found.code}",
        name=_clean(f"{place} {found.span_name}"),
        file=_clean(shorten(found.file)),
        line=str(found.line),
    )
    text = f"{place}: {found.headline}\n{found.cause}\n{found.remedy.text}\n\n{found.remedy.code}"
    if found.severity == "info":
        ET.SubElement(case, "system-out").text = _clean(text)
    else:
        message = _clean(found.headline)
        ET.SubElement(case, "failure", type=found.code, message=message).text = _clean(text)
    return case


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
