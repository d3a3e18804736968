"""The rules: which crossings lost something, and which spans were orphaned by it.

Pure functions over the values of `ctxwatch.model`. A rule that is not certain
says no: a false alarm costs more trust than a miss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxwatch.model import Family, Finding, Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentelemetry.trace import SpanContext

    from ctxwatch.model import Crossing, Root

#: The code of a lost parent, by what stands behind the boundary that lost it.
LOST_CODES = {
    Kind.THREAD: "CTX101",
    Kind.TIMER: "CTX101",
    Kind.ITEM: "CTX102",
    Kind.PROCESS: "CTX103",
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
    if (origin.trace_id, origin.span_id) == (arrival.trace_id, arrival.span_id):
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
    code = "CTX103" if loss.leaves_process else LOST_CODES[loss.kind]
    return Finding(code, Family.PARENT_LOST, "warning", root, loss, hops)


def is_entry(kind_name: str, *, explicit_context: bool, linked: bool) -> bool:
    """Whether a root was meant to be one, whatever its lineage.

    *kind_name* is the name of its SpanKind: a SERVER or CONSUMER span begins a
    unit of work that came from outside. *explicit_context* says that the caller
    chose the parent itself with ``context=``; *linked*, that the span points to
    the lost parent with a Link, which is the other legitimate way to tie them.
    """
    return explicit_context or linked or kind_name in ("SERVER", "CONSUMER")
