"""Turns what was observed into the records of the log, field by field.

The fields are described one by one in ``schema.json``, next to this file; they
may be added to, never renamed.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ctxwatch import remedies
from ctxwatch.model import Family, Fault, Kind
from ctxwatch.scoping import remedies as scope_remedies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxwatch.model import Crossing, Finding, FixedPlace, Misuse, Place, Root, Site, Spot, Step
    from ctxwatch.scoping.ledger import OpenSpan, Unit

SCHEMA = 1

Record = dict[str, Any]


def second(seconds: int) -> str:
    """*seconds* since the epoch as RFC 3339 in UTC, up to the fraction."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def timestamp(time_ns: int) -> str:
    """*time_ns* since the epoch as RFC 3339 in UTC, to the microsecond."""
    seconds, rest = divmod(time_ns, 1_000_000_000)
    return f"{second(seconds)}.{rest // 1_000:06}Z"


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
    side: str,
    name: str,
    spot: Spot,
    site: Site,
    level: str,
    verdict: str | None = None,
    pid: int = 0,
    number: int = 0,
) -> Record:
    """One side of a crossing, or a snapshot that was taken by hand.

    `ctxwatch.reporter.snapshots` renders the same, faster.

    Args:
        side: ``origin``, ``arrival`` or ``manual``.
        name: The boundary; the label of a snapshot that was taken by hand.
        spot: What was current.
        site: The line that handed over, or took the snapshot.
        level: The level of the record.
        verdict: The value of the crossing's verdict, for its arrival.
        pid: The process in which the crossing has its number.
        number: The crossing's number.
    """
    is_manual = side == "manual"
    label = name if is_manual else f"{name} {side}"
    trace_id, span_id = ids(spot.context)
    is_valid = spot.context is not None
    event = f"[{label}] trace_id={trace_id} span_id={span_id} is_valid={is_valid}"
    record = base("snapshot", event, level, spot)
    record |= {
        "label": label,
        "side": side,
        "boundary": None if is_manual else name,
        "crossing": None if is_manual else f"{pid:x}-{number:x}",
        "trace_id": trace_id,
        "span_id": span_id,
        "is_valid": is_valid,
    }
    if verdict is not None:
        record["verdict"] = verdict
    record |= _code(site.place)
    record["library"] = _place(site.library)
    return record


def fingerprint(finding: Finding) -> str:
    """What makes two findings the same: code, hand-off line and span name. 16 hex digits."""
    import hashlib  # takes 2 ms, and most programs have no finding

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


#: What went wrong with the scope of a span, by the finding's code.
_SCOPE_WENT_WRONG = {
    Fault.OTHER_CONTEXT: "{span} was detached in another context than it was attached in",
    Fault.TWICE: "{span} was detached twice",
    Fault.NO_TOKEN: "detach was given {given}, and not the token of an attach",
    Fault.OUT_OF_ORDER: "{span} was detached before the scope in it, and came back for {orphan}",
    Fault.NEVER_DETACHED: "{span} was never detached: {orphan} started under it when it had ended",
    Fault.STILL_CURRENT: "{span} was ended while it was current: {orphan} started under it",
    Fault.NEVER_ENDED: "{span} was never ended",
    Fault.LEFT_GENERATOR: "{span} is held by {generator}, and leaked to its reader: {orphan}",
}


def _misuse_headline(found: Finding, misuse: Misuse) -> str:
    kind, name = misuse.generator or ("", "")
    return _SCOPE_WENT_WRONG[Fault(found.code)].format(
        span=f"span '{misuse.span.name}'" if misuse.span.name is not None else "a context",
        given=f"an object of type {misuse.given}",
        orphan=f"span '{found.root.name}'",
        generator=f"the {kind} {name}()",
    )


def _from_producer(loss: Crossing) -> str:
    return f" from '{loss.origin.name}'" if loss.origin.name is not None else ""


def headline(found: Finding) -> str:  # noqa: PLR0911 - one return a family
    """What went wrong, without the line numbers."""
    if found.misuse is not None:
        return _misuse_headline(found, found.misuse)
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
    if found.family is Family.PARENT_STALE and found.loss.kind is not Kind.SERVER:
        return f"{span} belongs under {origin}, but ran under {actual}, which had ended"
    # For whom a callback is called is not known, only who added it.
    is_callback = loss.kind is Kind.CALLBACK
    why = f": {loss.boundary} was called in it" if is_callback else " and has nothing to do with it"
    return f"{span} ran under {actual}, which had ended{why}"


def finding_event(found: Finding) -> str:
    """The finding in one sentence."""
    file, line, _ = found.loss.site.place.as_tuple()
    return f"{headline(found)} ({file}:{line})"


def _advice(found: Finding) -> remedies.Remedy:
    if found.misuse is not None:
        in_generator = found.misuse.generator is not None
        return scope_remedies.remedy(Fault(found.code), in_generator=in_generator)
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
    trace_id, span_id = ids(root.context) if root.context is not None else (None, None)
    advice = _advice(found)
    span_file: str | None
    span_line: int | None
    span_file, span_line, _ = root.site.place.as_tuple()
    if found.misuse is not None and root.actual is None:  # the scope's own span
        span_file = span_line = None
    record = base("finding", finding_event(found), found.severity, root.spot)
    record |= {
        "headline": headline(found),
        "code": found.code,
        "family": found.family.value,
        "severity": found.severity,
        "span_name": root.name or None,
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
        "scope": None if found.misuse is None else _scope(found.misuse),
        "hops": [_hop(hop) for hop in found.hops],
        "recent": [_hop(hop) for hop in latest],
        "cause": advice.cause,
        "remedy": {"text": advice.text, "code": advice.code},
        "fingerprint": fingerprint(found),
        "count": count,
    }
    return record


def _scope(misuse: Misuse) -> Record:
    """What happened to a scope, line by line."""
    kind, name = misuse.generator or (None, None)
    return {
        "span": _span(misuse.span),
        "steps": [_step(step) for step in misuse.steps],
        "generator": None if name is None else {"kind": kind, "function": name},
        "left": None if misuse.left is None else _span(misuse.left),
    }


def _step(step: Step) -> Record:
    file, line, function = step.place.as_tuple()
    return {
        "role": step.role.value,
        "file": file,
        "line": line,
        "function": function,
        "unit": None if step.unit is None else _unit(step.unit),
    }


def _unit(spot: Spot) -> Record:
    return {
        "timestamp": timestamp(spot.time_ns),
        "pid": spot.pid,
        "thread_id": spot.thread_id,
        "thread_name": spot.thread_name,
        "task": spot.task,
    }


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


def dump(units: Sequence[Unit], spans: Sequence[OpenSpan], spot: Spot) -> Record:
    """What is open at *spot*: all units with their scopes, and all spans."""
    count = sum(len(unit.scopes) for unit in units)
    event = f"{len(units)} units, {count} open scopes, {len(spans)} open spans"
    record = base("dump", event, "info", spot)
    return record | {
        "units": [
            {
                "thread_id": unit.thread_id,
                "thread_name": unit.thread_name,
                "task": unit.task,
                "lineage": [_hop(hop) for hop in unit.lineage],
                "scopes": [
                    {
                        "span": _span(scope.span),
                        "since": timestamp(scope.span.time_ns),
                        "steps": [_step(step) for step in scope.steps],
                    }
                    for scope in unit.scopes
                ],
            }
            for unit in units
        ],
        "spans": [
            {
                **(_span(found.span) or {}),
                "since": timestamp(found.started_ns),
                "started": None if found.site is None else _place(found.site.place),
            }
            for found in spans
        ],
    }
