"""One passage of a boundary, from the hand-off to the end of the work.

Every boundary module calls the same three: `depart` where work is handed over,
`arrive` where it first runs, and `finish` where it ends.
"""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING, Any

from ctxwatch import (
    current,
    exports,
    inheritance,
    intent,
    judge,
    lineage,
    missing,
    notes,
    sampling,
    sites,
)
from ctxwatch.model import Crossing, Kind, Root, Stage, Verdict
from ctxwatch.notes import next_number
from ctxwatch.recorder import recorder

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, SpanContext

    from ctxwatch.model import Site, Spot
    from ctxwatch.notes import Note

#: Roots that one unit may have waiting for its end. More would say nothing new.
MOST_ROOTS = 50

#: Queues that one unit may have items from. Who goes on to ever new ones takes replies.
MOST_ITEMS = 100
#: Crossings that wait for `write_due`. More than these do not wait for the program's locks.
MOST_DUE = 10_000

#: Crossings whose arrival is to be recorded, or, with True, that have ended and are to be
#: decided about. They wait for `write_due`.
_due: deque[tuple[Crossing, bool]] = deque()

#: Running units that nobody joins at exit.
_unawaited: dict[Crossing, None] = {}
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


def over(crossing: Crossing) -> None:
    """The work of *crossing* is over. Decided later: a finalizer may say so, or a mutex be held."""
    if crossing.running:
        crossing.running = False
        _due.append((crossing, True))


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


def take_item(
    queue: object, origin: Crossing | Note | None, carrier: Context | None = None
) -> None:
    """The running unit has taken an item out of *queue*, that *origin* put in.

    *queue* is any object that stands for the queue. None for an item that was put
    in where no span was current. Called while the queue's mutex is held: what is
    decided here is written by `write_due`, later. *carrier* is the context that an
    instrumentor is going to attach before the item is worked on.
    """
    held = lineage.items(create=True)
    if held:
        _put_aside(held, queue)
    if origin is not None:
        span = current.span_here() if carrier is None else current.span_in_otel_context(carrier)
        origin = _take_up(origin, span)
    if held is not None:
        _hold(held, queue, origin)


def hand_item(queue: object, origin: Crossing | Note | None, unit: Any, span: Span | None) -> None:
    """*unit*, a task that waits for an item of *queue*, is given one by the running unit.

    *span* is the one that is current in *unit*.
    """
    held = lineage.items_of(unit, create=True)
    assert held is not None
    if origin is not None:
        origin = _take_up(origin, span)
    _hold(held, queue, origin)


def _hold(held: lineage.Items, queue: object, item: Crossing | Note | None) -> None:
    held[queue] = item
    if len(held) > MOST_ITEMS:
        oldest = held.pop(next(iter(held)))
        if isinstance(oldest, Crossing):
            oldest.roots = None  # as at the end of a unit that never asked again
            over(oldest)


def _take_up(origin: Crossing | Note, span: Span | None) -> Crossing | Note:
    if isinstance(origin, tuple):
        if span is not None and span.get_span_context() is origin[2]:
            origin[0].kept()
            return origin
        origin = notes.crossing_of(origin)
    judge_arrival(origin, span)
    origin.running = True
    if len(_due) >= MOST_DUE:
        write_due()
    _due.append((origin, False))
    return origin


def unit_ended(unit: Any, crossing: Crossing | None = None) -> None:
    """The task or greenlet *unit*, which is not the running one, has ended.

    *crossing* led to it, if it was at work as `begin` has it.
    """
    for item in lineage.end_of_unit(unit):
        over(item)
    if crossing is not None:
        crossing.running = False
        inheritance.decide(crossing, Stage.ENDED)
        _ended(crossing)
    write_due()


def finish_item(queue: object) -> None:
    """The running unit is done with the item that it has from *queue*: it asks for the next."""
    held = lineage.items()
    if held:
        _put_aside(held, queue)


def _put_aside(held: lineage.Items, queue: object) -> None:
    item = held.pop(queue, None)
    if isinstance(item, Crossing):
        if item.roots:
            lineage.consumes(queue)
        over(item)


def drop_item(queue: object) -> None:
    """*queue* is no hand-off after all: what its items seemed to prove is void."""
    held = lineage.items()
    crossing = held.pop(queue, None) if held else None
    if isinstance(crossing, Crossing):
        crossing.roots = None
        crossing.loss = None
        crossing.running = False
        crossing.verdict = None
        recorder.forget(crossing)


def write_due() -> None:
    """Write and decide what had to wait until no lock of the program was held."""
    if missing.due:
        missing.write_due()
    if not _due:  # as nearly always
        return
    with recorder.deciding:
        while _due:
            try:
                crossing, ended = _due.popleft()
            except IndexError:  # another thread was faster
                return
            if ended:
                _ended(crossing)
            elif crossing.verdict is not None:  # unless it was dropped since
                _arrived(crossing)


def _arrived(crossing: Crossing) -> None:
    if crossing.verdict is Verdict.LOST:
        recorder.hold(crossing)
    else:
        recorder.arrived(crossing)


def _ended(crossing: Crossing) -> None:
    if crossing.roots:
        with recorder.deciding:
            _decide(crossing.roots, unit_ended=True)
        crossing.roots = None  # only now: as long as it has some, it is not decided
    recorder.release(crossing)


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
    elif _due or missing.due:
        write_due()


def finish(crossing: Crossing, before: Crossing | None) -> None:
    """The work has ended: decide about the roots that waited for that."""
    crossing.running = False
    if crossing.kind in (Kind.THREAD, Kind.TIMER, Kind.ITEM):
        _finish_items()
    lineage.leave_thread(before)
    inheritance.decide(crossing, Stage.ENDED)
    _ended(crossing)
    write_due()
    _unawaited.pop(crossing, None)


def _finish_items() -> None:
    """The running thread has ended: it is done with its items. Another one may get its ident."""
    for item in lineage.end_of_thread():
        over(item)


def carried_by_hand(path: Crossing | None, parent: SpanContext) -> None:
    """A span of *path* has started under *parent*: was that put back after a crossing lost it?"""
    if path is None or path.loss is None or path.loss.verdict is not Verdict.LOST:
        return
    lost = path.loss.origin.context
    if lost is not None and lost.trace_id == parent.trace_id:
        path.loss.verdict = Verdict.KEPT


def decide_at_exit(crossing: Crossing) -> None:
    """Nobody waits for the end of *crossing*'s unit: the process may end before it."""
    _unawaited[crossing] = None


def process_ends() -> None:
    """Decide what waited for an end, and have the summary written."""
    write_due()
    recorder.deciding.wait_for_others()
    for crossing in tuple(_unawaited):
        # As it still runs, only what all began under the open parent is certain.
        if crossing.roots and all(root.parent_open for root in crossing.roots):
            roots, crossing.roots = crossing.roots, None
            _decide(roots, unit_ended=False)
    _unawaited.clear()
    inheritance.process_ends()
    exports.process_ends()
    missing.process_ends()
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


def _after_fork() -> None:
    """The parent decides about its own threads."""
    _unawaited.clear()
    _initializing.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
