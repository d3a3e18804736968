"""The rules: which crossings lost something, and which spans were orphaned by it.

Pure functions over the values of `ctxwatch.model`. A rule that is not certain
says no: a false alarm costs more trust than a miss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxwatch.model import Family, Fault, Finding, Kind, Stage, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentelemetry.trace import SpanContext

    from ctxwatch.model import Crossing, Misuse, Root

#: Verdicts of work that was not handed over under the span that is current where it runs.
OF_ANOTHER = frozenset({Verdict.STALE, Verdict.LEAKED})

#: Verdicts that a program may have meant, if it says so.
BROKEN = OF_ANOTHER | {Verdict.LOST}

#: A unit that passes an ended span on for longer than this has not just been slow.
LONG_AGO_NS = 60_000_000_000

#: The code of a lost parent, by what stands behind the boundary that lost it.
LOST_CODES = {
    Kind.THREAD: "CTX101",
    Kind.TIMER: "CTX101",
    Kind.ITEM: "CTX102",
    Kind.QUEUED: "CTX104",
    Kind.PROCESS: "CTX103",
    Kind.DEFERRED: "CTX105",
}


def verdict(
    origin: SpanContext | None,
    arrival: SpanContext | None,
    *,
    carried: bool = False,
    on_purpose: bool = False,
) -> Verdict:
    """Judge one crossing by the current span on its two sides, None for no valid one.

    *carried* says that an installed propagator put the span there, *on_purpose*
    that the program itself asked for the context in which the work arrived.
    """
    if origin is None:
        return Verdict.EMPTY if arrival is None else Verdict.LEAKED
    if arrival is None:
        return Verdict.DETACHED if on_purpose else Verdict.LOST
    # Within a process the same span gives the same object: no need to read it.
    same = origin is arrival or (
        origin.span_id == arrival.span_id and origin.trace_id == arrival.trace_id
    )
    if same:
        return Verdict.RESCUED if carried else Verdict.KEPT
    return Verdict.STALE


def is_long_lived(kind: Kind) -> bool:
    """Whether a unit of this kind may go on with work of its own after the hand-off's."""
    return kind in (Kind.THREAD, Kind.PROCESS, Kind.TASK)


def holder(lineage: Crossing) -> Crossing | None:
    """The unit whose end decides about a root with this lineage.

    The first one, from the loss on, that is still running and whose end will be
    seen. None when there is none: then the root is judged as it stands.
    """
    found = None
    for crossing in lineage.chain():
        if crossing.running:
            found = crossing
    return found


def orphans(roots: Sequence[Root], *, unit_ended: bool) -> list[Root]:
    """Which of *roots*, that share a holder and a loss, belong under the span that was lost.

    A root belongs to the hand-off when the unit was handed over for it. A pool's
    work item always was. A thread or a process may be a worker that outlives the
    request which happened to start it; its roots count only if they began while
    the lost parent was open, and not if the unit went round in a loop after that.

    *unit_ended* is False when the roots are judged while their unit runs on.
    """
    if not roots:
        return []
    hops = {hop for root in roots for hop in root.lineage.chain()}
    # A task that ran inside a unit which has ended is no worker that goes on.
    long_lived = any(
        is_long_lived(hop.kind) and not (hop.kind is Kind.TASK and unit_ended) for hop in hops
    )
    parent_known_open = roots[0].parent_open
    if long_lived and parent_known_open is False:
        return []
    if long_lived and not unit_ended and parent_known_open is not True:
        return []
    if any(hop.rearmed and (hop.kind is Kind.TIMER or not parent_known_open) for hop in hops):
        return []
    if _goes_round(roots):
        return []
    return list(roots)


def _goes_round(roots: Sequence[Root]) -> bool:
    """Whether one line started several of these spans after the lost parent had ended.

    That is how a worker's loop looks. Where nobody can say whether the parent
    had ended (it lives in another process), every repetition counts.
    """
    seen = set()
    for root in roots:
        if root.parent_open:
            continue
        place = root.site.place.as_tuple()
        if place in seen:
            return True
        seen.add(place)
    return False


def parent_lost(root: Root) -> Finding:
    """The finding for an orphan: the first hop of its lineage is the one that lost the context."""
    hops = tuple(reversed(list(root.lineage.chain())))
    loss = hops[0]
    code = "CTX103" if loss.leaves_process else LOST_CODES.get(loss.kind, "CTX102")
    return Finding(code, Family.PARENT_LOST, "warning", root, loss, hops)


def is_of_another(work: Crossing) -> bool:
    """Whether *work* was handed over in another trace than the one that is current where it runs.

    Another span of the same trace is no proof: the work of a request is handed
    over under one of its spans, and done by a worker that another one started.
    """
    if work.verdict not in OF_ANOTHER or work.arrival is None or work.arrival.context is None:
        return False
    origin = work.origin.context
    return origin is not None and origin.trace_id != work.arrival.context.trace_id


#: The code of a parent that never arrived, by where that was seen.
MISSING_CODES = {
    "sampler": "CTX401",
    "span": "CTX402",
    "BatchSpanProcessor": "CTX403",
    "SpanExporter.export": "CTX404",
}


def parent_missing(root: Root) -> Finding:
    """The finding for a span whose parent never arrived where the span did."""
    gone = root.lineage
    code = MISSING_CODES[gone.boundary]
    return Finding(code, Family.PARENT_MISSING, "warning", root, gone, (gone,))


def entry_without_carrier(root: Root, *, producer_known: bool) -> Finding:
    """The finding for a consumer whose message came with headers, and no trace in them.

    Where nobody knows the producer, it may be one that has no traces at all.
    """
    severity = "warning" if producer_known else "info"
    family = Family.ENTRY_WITHOUT_CARRIER
    return Finding("CTX601", family, severity, root, root.lineage, (root.lineage,))


def inherited(  # noqa: PLR0911 - one return a rule
    unit: Crossing, roots: Sequence[Root], stage: Stage
) -> Family | None:
    """What the spans are that took *unit*'s inherited, ended span for their parent.

    Leaked if the unit serves others than the one it was started for: entry spans,
    a server's connections, items of several hand-offs, a loop that goes on until
    the process ends. Stale if it was one item of another request. A late child if
    the unit just came late with the work that it was started for.

    None while that cannot be told.
    """
    if unit.kind is Kind.SERVER and unit.variant:  # one connection, not all of a server's
        return Family.PARENT_STALE
    if unit.kind is Kind.CALLBACK and not unit.variant:  # a signal handler is the process's
        return Family.PARENT_LEAKED
    if unit.kind is Kind.SERVER or any(root.is_entry for root in roots):
        return Family.PARENT_LEAKED
    if is_of_another(unit):
        return Family.PARENT_STALE
    # By number: one hand-off of many items, as by a pool's map, is of one request.
    items = {root.lineage.number: root.lineage for root in roots if root.lineage is not unit}
    if len(items) > 1:
        return Family.PARENT_LEAKED
    first = roots[0].actual
    if first is not None and roots[-1].spot.time_ns - first.time_ns > LONG_AGO_NS:
        return Family.PARENT_LEAKED
    if stage is Stage.RUNNING and (items or unit.running):
        return None
    if items:
        (item,) = items.values()
        return Family.PARENT_STALE if item.verdict is Verdict.STALE else Family.PARENT_LEAKED
    return _by_its_end(unit, roots, stage)


def _by_its_end(unit: Crossing, roots: Sequence[Root], stage: Stage) -> Family | None:
    """What the spans are of *unit*'s own work, by how it ended.

    A loop's reader or writer is called for whatever comes in, and nobody knows for whom.
    One that its own request removes after the first round came late; one that goes round
    until somebody else removes it leaks. Anything else may be either.
    """
    goes_round = _goes_round(roots)
    if unit.kind is Kind.CALLBACK:
        if stage is Stage.STOPPED or unit.running:
            return Family.PARENT_LEAKED if goes_round else None
        return None if goes_round else Family.LATE_CHILD
    if stage is Stage.PROCESS_ENDS and goes_round:
        return Family.PARENT_LEAKED
    return Family.LATE_CHILD


_INHERITED_CODES = {
    Family.PARENT_STALE: ("CTX201", "warning"),
    Family.PARENT_LEAKED: ("CTX301", "warning"),
    Family.LATE_CHILD: ("CTX501", "info"),
}


def inherited_finding(family: Family, root: Root, unit: Crossing) -> Finding:
    """The finding for a span under a parent that *unit* inherited."""
    code, severity = _INHERITED_CODES[family]
    return Finding(code, family, severity, root, root.lineage, (root.lineage,), unit)


def is_entry(kind_name: str, *, explicit_context: bool, linked: bool) -> bool:
    """Whether a root was meant to be one, whatever its lineage.

    *kind_name* is the name of its SpanKind: a SERVER or CONSUMER span begins a
    unit of work that came from outside. *explicit_context* says that the caller
    chose the parent itself with ``context=``; *linked*, that the span points to
    the lost parent with a Link, which is the other legitimate way to tie them.
    """
    return explicit_context or linked or kind_name in ("SERVER", "CONSUMER")


def failed_detach(error: Exception, *, is_token: bool, is_of_this_runtime: bool) -> Fault | None:
    """What a detach was that raised *error*; None for a runtime context of another make.

    *is_token* says that it was given a `contextvars.Token`, *is_of_this_runtime* that the
    token is of the variable that was to be reset.
    """
    if not is_token:
        return Fault.NO_TOKEN if isinstance(error, TypeError) else None
    if isinstance(error, RuntimeError):
        return Fault.TWICE
    if isinstance(error, ValueError):
        return Fault.OTHER_CONTEXT if is_of_this_runtime else Fault.NO_TOKEN
    return None


def scope_misuse(fault: Fault, root: Root, misuse: Misuse, *, tolerated: bool = False) -> Finding:
    """The finding for a scope that went wrong.

    Who calls the runtime context's own detach, and not OpenTelemetry's, is ready for its
    errors: that is *tolerated*.
    """
    severity = "info" if tolerated else "warning"
    loss = root.lineage
    return Finding(fault.value, Family.SCOPE_MISUSE, severity, root, loss, (), None, misuse)
