"""Turns what was observed into the records of the log, field by field.

The fields are described one by one in ``schema.json``, next to this file; they
may be added to, never renamed.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ctxwatch import remedies
from ctxwatch.model import Family, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxwatch.model import Crossing, Finding, FixedPlace, Place, Root, Site, Spot

SCHEMA = 1

Record = dict[str, Any]


def timestamp(time_ns: int) -> str:
    """*time_ns* since the epoch as RFC 3339 in UTC, to the microsecond."""
    moment = datetime.fromtimestamp(time_ns // 1_000 / 1_000_000, tz=timezone.utc)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def ids(context: Any) -> tuple[str, str]:
    """``(trace_id, span_id)`` in hexadecimal; zeros, as OpenTelemetry writes them, for None."""
    if context is None:
        return "0" * 32, "0" * 16
    return f"{context.trace_id:032x}", f"{context.span_id:016x}"


def base(kind: str, event: str, level: str, spot: Spot) -> Record:
    """The fields of every record, for what happened at *spot*."""
    return {
        "schema": SCHEMA,
        "kind": kind,
        "event": event,
        "level": level,
        "timestamp": timestamp(spot.time_ns),
        "pid": spot.pid,
        "thread_id": spot.thread_id,
        "thread_name": spot.thread_name,
        "task": spot.task,
    }


def _code(place: Place | FixedPlace) -> Record:
    file, line, function = place.as_tuple()
    return {
        "code.file.path": file,
        "code.line.number": line,
        "code.function.name": function,
    }


def _place(place: Place | FixedPlace | None) -> Record | None:
    if place is None:
        return None
    file, line, function = place.as_tuple()
    return {"file": file, "line": line, "function": function}


def snapshot(
    label: str, side: str, spot: Spot, site: Site, level: str, crossing: Crossing | None
) -> Record:
    """One side of a crossing, or a snapshot taken by hand where *crossing* is None."""
    trace_id, span_id = ids(spot.context)
    is_valid = spot.context is not None
    event = f"[{label}] trace_id={trace_id} span_id={span_id} is_valid={is_valid}"
    record = base("snapshot", event, level, spot)
    record |= {
        "label": label,
        "side": side,
        "boundary": None if crossing is None else crossing.boundary,
        "crossing": None if crossing is None else crossing.id,
        "trace_id": trace_id,
        "span_id": span_id,
        "is_valid": is_valid,
    }
    if crossing is not None and side == "arrival" and crossing.verdict is not None:
        record["verdict"] = crossing.verdict.value
    record |= _code(site.place)
    record["library"] = _place(site.library)
    return record


def fingerprint(finding: Finding) -> str:
    """What makes two findings the same: code, hand-off line and span name. 16 hex digits."""
    file, line, _ = finding.loss.site.place.as_tuple()
    same = "\0".join((finding.code, file, str(line), finding.root.name))
    return hashlib.blake2b(same.encode(), digest_size=8).hexdigest()


def _quoted(name: str | None, otherwise: str) -> str:
    return f"'{name}'" if name is not None else otherwise


#: What became of a parent that never arrived, by the finding's code.
_NEVER_ARRIVED = {
    "CTX401": "was not sampled",
    "CTX402": "was never ended",
    "CTX403": "was dropped by a full queue",
    "CTX404": "failed to be exported",
}


def _from_producer(loss: Crossing) -> str:
    return f" from '{loss.origin.name}'" if loss.origin.name is not None else ""


def headline(found: Finding) -> str:
    """What went wrong, without the line numbers."""
    root, loss = found.root, found.loss
    span = f"span '{root.name}'"
    origin = _quoted(loss.origin.name, "another span")
    actual = _quoted(root.actual.name, "another span") if root.actual is not None else ""
    if found.family is Family.PARENT_LOST:
        return f"{span} lost its parent {origin} at {loss.boundary}"
    if found.family is Family.PARENT_MISSING:
        return f"{span} has a parent that never arrived: {actual} {_NEVER_ARRIVED[found.code]}"
    if found.family is Family.ENTRY_WITHOUT_CARRIER:
        return f"{span} got headers without a trace context{_from_producer(loss)}"
    if found.family is Family.LATE_CHILD:
        return f"{span} started after its parent {actual} had ended"
    if found.loss.kind is Kind.CALLBACK:
        return f"{span} ran under {actual}, which had ended: {loss.boundary} was called in it"
    if found.family is Family.PARENT_STALE and found.loss.kind is not Kind.SERVER:
        return f"{span} belongs under {origin}, but ran under {actual}, which had ended"
    return f"{span} ran under {actual}, which had ended and has nothing to do with it"


def finding_event(found: Finding) -> str:
    """The finding in one sentence."""
    file, line, _ = found.loss.site.place.as_tuple()
    return f"{headline(found)} ({file}:{line})"


def _advice(found: Finding) -> remedies.Remedy:
    if found.family is Family.LATE_CHILD:
        return remedies.late()
    if found.family is Family.PARENT_MISSING:
        general = remedies.remedy(found.loss.boundary)
        return general._replace(cause=f"{general.cause} {found.loss.variant}")
    if found.family is Family.PARENT_LEAKED and found.inherited is not None:
        parent = found.root.actual.name if found.root.actual is not None else None
        unit = found.inherited
        return remedies.inherited(unit.kind, parent, unit.boundary)
    if found.loss is found.inherited and found.loss.kind is Kind.SERVER:
        return remedies.remedy("inherited", found.loss.variant)
    return remedies.remedy(found.loss.boundary, found.loss.variant)


def _span(spot: Spot | None) -> Record | None:
    if spot is None or spot.context is None:
        return None
    trace_id, span_id = ids(spot.context)
    return {"name": spot.name, "trace_id": trace_id, "span_id": span_id}


def _expected(found: Finding) -> Record | None:
    served = found.family is Family.PARENT_LEAKED or found.loss.kind is Kind.SERVER
    if served and found.loss is found.inherited:
        return None  # a root, as the unit's work is nobody's
    return _span(found.loss.origin)


def finding(found: Finding, count: int, latest: Sequence[Crossing] = ()) -> Record:
    """A finding, told with everything that is known of it. *latest* is what came before it."""
    loss, root = found.loss, found.root
    trace_id, span_id = ids(root.context)
    advice = _advice(found)
    span_file, span_line, _ = root.site.place.as_tuple()
    record = base("finding", finding_event(found), found.severity, root.spot)
    record |= {
        "headline": headline(found),
        "code": found.code,
        "family": found.family.value,
        "severity": found.severity,
        "span_name": root.name,
        "trace_id": trace_id,
        "span_id": span_id,
        "actual_parent": _span(root.actual),
        "expected_parent": _expected(found),
        "boundary": loss.boundary,
        "crossing": loss.id if loss.number else None,
    }
    record |= _code(loss.site.place)
    record |= {
        "library": _place(loss.site.library),
        "inherited": _inherited(found.inherited, found.root),
        "span_file": span_file,
        "span_line": span_line,
        "hops": [_hop(hop) for hop in found.hops],
        "recent": [_hop(hop) for hop in latest],
        "cause": advice.cause,
        "remedy": {"text": advice.text, "code": advice.code},
        "fingerprint": fingerprint(found),
        "count": count,
    }
    return record


def _inherited(unit: Crossing | None, root: Root) -> Record | None:
    """Where the unit got its wrong context, for how long ago and to how many spans it passed it."""
    if unit is None:
        return None
    started = unit.origin.time_ns
    return {
        "boundary": unit.boundary,
        **(_place(unit.site.place) or {}),
        "age_ms": max(0, (root.spot.time_ns - started) // 1_000_000),
        "spans": unit.foreign_count,
    }


def _hop(hop: Crossing) -> Record:
    file, line, function = hop.site.place.as_tuple()
    return {
        "boundary": hop.boundary,
        "verdict": None if hop.verdict is None else hop.verdict.value,
        "file": file,
        "line": line,
        "function": function,
    }


def root(context: Any, name: str, reason: str, spot: Spot) -> Record:
    """A span without parent and without evidence of a loss."""
    trace_id, span_id = ids(context)
    record = base("root", f"span '{name}' is a root: {reason}", "debug", spot)
    return record | {
        "span_name": name,
        "trace_id": trace_id,
        "span_id": span_id,
        "reason": reason,
    }
