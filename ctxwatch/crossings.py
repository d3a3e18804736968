"""One passage of a boundary, from the hand-off to the end of the work.

Every boundary module calls the same three: `depart` where work is handed over,
`arrive` where it first runs, and `finish` where it ends.
"""

from __future__ import annotations

import itertools
from collections import deque
from typing import TYPE_CHECKING, Any

from ctxwatch import current, inheritance, intent, judge, lineage, sites
from ctxwatch.model import Crossing, Kind, Root, Stage, Verdict
from ctxwatch.recorder import recorder

if TYPE_CHECKING:
    from opentelemetry.trace import Span, SpanContext

#: Roots that one unit may have waiting for its end. More would say nothing new.
MOST_ROOTS = 50

#: Crossings whose record or decision waits for `write_due`.
_due: deque[Crossing] = deque()

_numbers = itertools.count(1)


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
        None for hand-offs that OpenTelemetry makes for itself.
    """
    site = sites.find(depth + 1, calls)
    if site is None:
        return None
    code = getattr(work, "__code__", None)
    origin = current.spot(current.span_here())
    parent = lineage.here() if origin.context is None else None
    name = site.via or boundary
    crossing = Crossing(next(_numbers), name, kind, origin, site, parent, code, variant)
    if parent is not None and code is not None:
        for hop in parent.chain():
            if hop.work is code:
                hop.rearmed = True
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
    _arrived(crossing)


def judge_arrival(
    crossing: Crossing,
    span: Span | None,
    *,
    carried: bool = False,
    on_purpose: bool = False,
) -> None:
    """The first half of `arrive`: everything but its record.

    For tasks, whose lineage must be known before the eager ones begin, and
    whose name, which the record holds, only afterwards.
    """
    arrival = crossing.arrival = current.spot(span)
    crossing.verdict = judge.verdict(
        crossing.origin.context, arrival.context, carried=carried, on_purpose=on_purpose
    )
    if crossing.verdict in judge.BROKEN:
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


def take_item(queue: object, crossing: Crossing | None) -> None:
    """The running unit has taken an item out of *queue*, that *crossing* put in.

    *queue* is any object that stands for the queue. None for an item that was put
    in where no span was current. Called while the queue's mutex is held: what is
    decided here is written by `write_due`, later.
    """
    finish_item(queue)
    if crossing is not None:
        judge_arrival(crossing, current.span_here())
        crossing.running = True
        _due.append(crossing)
    held = lineage.items(create=True)
    if held is not None:
        held[queue] = crossing


def finish_item(queue: object) -> None:
    """The running unit is done with the item that it has from *queue*: it asks for the next."""
    held = lineage.items()
    crossing = held.pop(queue, None) if held else None
    if crossing is not None:
        crossing.running = False
        _due.append(crossing)


def drop_item(queue: object) -> None:
    """*queue* is no hand-off after all: what its items seemed to prove is void."""
    held = lineage.items()
    crossing = held.pop(queue, None) if held else None
    if crossing is not None:
        crossing.roots = None
        crossing.loss = None
        crossing.running = False


def write_due() -> None:
    """Write and decide what had to wait until no lock of the program was held."""
    while _due:
        try:
            crossing = _due.popleft()
        except IndexError:  # another thread was faster
            return
        if crossing.running:
            _arrived(crossing)
        else:
            _ended(crossing)


def _arrived(crossing: Crossing) -> None:
    if crossing.verdict is Verdict.LOST:
        recorder.hold(crossing)
    else:
        recorder.arrived(crossing)


def _ended(crossing: Crossing) -> None:
    roots, crossing.roots = crossing.roots, None
    if roots:
        _decide(roots, unit_ended=True)
    recorder.release(crossing)


def finish(crossing: Crossing, before: Crossing | None) -> None:
    """The work has ended: decide about the roots that waited for that."""
    crossing.running = False
    if crossing.kind is Kind.THREAD or crossing.kind is Kind.TIMER:
        for item in lineage.end_of_thread():
            item.running = False
            _due.append(item)
    lineage.leave_thread(before)
    inheritance.decide(crossing, Stage.ENDED)
    _ended(crossing)
    write_due()


def carried_by_hand(parent: SpanContext) -> None:
    """A span has started under *parent*: was that put back after a crossing lost it?"""
    path = lineage.here()
    if path is None or path.loss is None or path.loss.verdict is not Verdict.LOST:
        return
    lost = path.loss.origin.context
    if lost is not None and lost.trace_id == parent.trace_id:
        path.loss.verdict = Verdict.KEPT


def process_ends() -> None:
    """Decide what waited for an end, and have the summary written."""
    write_due()
    inheritance.process_ends()
    recorder.process_ends()


def orphan_or_root(root: Root) -> None:
    """Take in a span that started without a parent although its lineage shows a loss."""
    unit = judge.holder(root.lineage)
    if unit is None:
        _decide([root], unit_ended=False)
        return
    if unit.roots is None:
        unit.roots = []
    if len(unit.roots) == MOST_ROOTS:
        # Keep the first ones, which make the findings, and the latest, which show a loop.
        del unit.roots[MOST_ROOTS // 2]
    unit.roots.append(root)


def _decide(roots: list[Root], *, unit_ended: bool) -> None:
    """Write the findings among *roots*, those that one crossing lost judged together."""
    by_loss: dict[Crossing | None, list[Root]] = {}
    for root in roots:
        by_loss.setdefault(root.lineage.loss, []).append(root)
    for loss, group in by_loss.items():
        assert loss is not None
        orphans = judge.orphans(group, unit_ended=unit_ended)
        if orphans:
            loss.verdict = Verdict.LOST  # which a provisional or a mended one was not
            recorder.release(loss)
        for root in orphans:
            recorder.found(judge.parent_lost(root))
        for root in () if orphans else group:
            recorder.rooted(root, f"no proof that it belongs to the hand-off at {loss.boundary}")
