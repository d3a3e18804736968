"""One passage of a boundary, from the hand-off to the end of the work.

Every boundary module calls the same three: `depart` where work is handed over,
`arrive` where it first runs, and `finish` where it ends.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ctxwatch import (
    current,
    decisions,
    in_hand,
    inheritance,
    intent,
    judge,
    lineage,
    sampling,
    sites,
)
from ctxwatch.model import Crossing, Kind, Stage, Verdict
from ctxwatch.notes import next_number
from ctxwatch.recorder import recorder

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from ctxwatch.model import Site, Spot
    from ctxwatch.notes import Note


#: The crossing of a worker's initializer while that runs, by thread.
_initializing: dict[int, Crossing] = {}


def depart(
    kind: Kind,
    boundary: str,
    calls: sites.Calls,
    *,
    depth: int = 1,
    work: Any = None,
    variant: str = "",
) -> Crossing | None:
    """Take down a hand-off in the unit that makes it.

    Args:
        kind: What stands behind the boundary.
        boundary: The boundary's name where the user called it directly.
        calls: Standard library functions that users call in its place.
        depth: How many frames up the caller of the patched function is.
        work: The function that was handed over, to recognise periodic work.
        variant: As in `Crossing`.

    Returns:
        None for hand-offs that OpenTelemetry makes for itself, and of traces that are not watched.
    """
    span = current.span_here()
    if span is not None and sampling.skips(span.get_span_context()):
        return None
    site = sites.find(depth + 1, calls)
    if site is None:
        return None
    code = None if work is None else getattr(work, "__code__", None)
    parent = lineage.here() if span is None else None
    crossing = Crossing(
        next_number(),
        site.via or boundary,
        kind,
        current.spot(span),
        site,
        parent,
        code,
        variant,
    )
    if parent is not None and code is not None:
        for hop in parent.chain():
            if hop.work is code:
                hop.rearmed = True
    purpose = intent.reason_here()
    if purpose is not None:
        crossing.purpose = purpose
    inheritance.handed_over(crossing)
    recorder.departed(crossing)
    return crossing


def again(crossing: Crossing | None, *, variant: str | None = None) -> Crossing | None:
    """*crossing* once more, for one of several pieces of work that were handed over at once."""
    if crossing is None:
        return None
    twin = Crossing(
        crossing.number,
        crossing.boundary,
        crossing.kind,
        crossing.origin,
        crossing.site,
        crossing.parent,
        crossing.work,
        crossing.variant if variant is None else variant,
    )
    twin.purpose = crossing.purpose
    return twin


def start_of_worker(boundary: str, calls: sites.Calls, *, depth: int = 1) -> Crossing | None:
    """Who starts a pool's worker here. That is no hand-off, and nothing is written of it."""
    span = current.span_here()
    if span is not None and sampling.skips(span.get_span_context()):
        return None
    site = sites.find(depth + 1, calls)
    if site is None:
        return None
    origin = current.spot(span)
    return Crossing(next_number(), site.via or boundary, Kind.THREAD, origin, site)


def begin_initializer(crossing: Crossing) -> None:
    """A worker runs its initializer, until `initialized`."""
    begin(crossing)
    _initializing[current.get_ident()] = crossing


def initialized() -> None:
    """The running worker takes an item, or ends: its initializer has ended."""
    if _initializing:
        crossing = _initializing.pop(current.get_ident(), None)
        if crossing is not None:
            finish(crossing, None)


def end_of_worker() -> None:
    """The running worker has ended: decide what waited for that."""
    initialized()
    _finish_items()
    start = lineage.leave_worker()
    if start is not None:
        start.running = False
        inheritance.decide(start, Stage.ENDED)


def put_by(boundary: str, origin: Spot, site: Site) -> Crossing | None:
    """Take down work that was made under *origin*'s span, to be done later, by anybody.

    None for traces that are not watched.
    """
    if origin.context is not None and sampling.skips(origin.context):
        return None
    crossing = Crossing(next_number(), boundary, Kind.DEFERRED, origin, site)
    crossing.purpose = intent.reason_here()
    recorder.departed(crossing)
    return crossing


def arrive(
    crossing: Crossing,
    span: Span | None,
    *,
    carried: bool = False,
    on_purpose: bool = False,
    thread_name: str | None = None,
) -> None:
    """Take down the arrival of *crossing* in the unit that runs the work.

    *span* is the one that is current there. *carried* and *on_purpose* are as
    in `judge.verdict`. *thread_name* is for a thread that is too new for
    `threading` to know its name.
    """
    judge_arrival(crossing, span, carried=carried, on_purpose=on_purpose)
    if thread_name is not None and crossing.arrival is not None:
        crossing.arrival = crossing.arrival._replace(thread_name=thread_name)
    decisions.arrived(crossing)


def judge_arrival(
    crossing: Crossing,
    span: Span | None,
    *,
    carried: bool = False,
    on_purpose: bool = False,
    at_hand_off: bool = False,
) -> None:
    """The first half of `arrive`: everything but its record.

    For tasks, whose lineage must be known before the eager ones begin, and
    whose name, which the record holds, only afterwards. *at_hand_off* says that the
    arrival is seen in the moment of the hand-off.
    """
    origin = crossing.origin
    context = None if span is None else span.get_span_context()
    verdict = crossing.verdict = judge.verdict(
        origin.context, context, carried=carried, on_purpose=on_purpose
    )
    # What arrives with what it left with, in the unit that handed it over, looks the same.
    same = at_hand_off and context is origin.context
    crossing.arrival = origin if same else current.spot(span)
    if verdict in judge.BROKEN:
        crossing.purpose = crossing.purpose or intent.reason_at(crossing.site)
        if crossing.purpose is not None:
            crossing.verdict = Verdict.DETACHED
            recorder.silenced(crossing.purpose)
    lineage.arrived(crossing)


def begin(crossing: Crossing) -> Crossing | None:
    """Tie *crossing* to the running thread until `finish`, which takes what this returns."""
    crossing.running = True
    return lineage.enter_thread(crossing)


def enter_item(crossing: Crossing) -> None:
    """Tie *crossing* to the running thread until the next one: its end will not be seen."""
    lineage.enter_thread(crossing)


def unit_ended(unit: Any, crossing: Crossing | None = None) -> None:
    """The task or greenlet *unit*, which is not the running one, has ended.

    *crossing* led to it, if it was at work as `begin` has it.
    """
    for item in in_hand.end_of_unit(unit):
        decisions.over(item)
    if crossing is not None:
        decisions.ended(crossing)
    decisions.write_due()


def keeps(note: Note, span: Span | None, *, carried: bool) -> bool:
    """Whether the work of *note*, that arrives with *span*, needs no crossing. It counts then.

    *carried* is as in `judge.verdict`.
    """
    if span is None or span.get_span_context() is not note[2] or current.light_unit() is not None:
        return False
    line = note[0]
    if not carried:
        line.kept()
        return True
    if line.loud > 0:  # the first few are written
        line.loud -= 1
        return False
    line.rescued()
    return True


def finish_note(note: Note, before: Crossing | Note | None) -> None:
    """`finish`, for what `keeps` said yes to and `lineage.enter_note` tied to the thread."""
    crossing = lineage.leave_note(note, before)
    if crossing is not None:
        finish(crossing, lineage.unfold(before) if isinstance(before, tuple) else before)
    else:
        decisions.write_due()


def finish(crossing: Crossing, before: Crossing | None, *, amid_item: bool = False) -> None:
    """The work has ended: decide about the roots that waited for that.

    *amid_item* says that the thread goes on with an item that it has in hand.
    """
    crossing.running = False
    if not amid_item and crossing.kind in (Kind.THREAD, Kind.TIMER, Kind.ITEM):
        _finish_items()
    lineage.leave_thread(before)
    decisions.ended(crossing)


def _finish_items() -> None:
    """The running thread has ended: it is done with its items. Another one may get its ident."""
    for item in in_hand.end_of_thread():
        decisions.over(item)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_initializing.clear)
