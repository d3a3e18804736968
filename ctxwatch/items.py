"""Items of queues: taken out by a unit, worked on until it asks for the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctxwatch import crossings, current, decisions, in_hand, notes
from ctxwatch.model import Crossing
from ctxwatch.recorder import recorder

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span

    from ctxwatch.notes import Note

#: Queues that one unit may have items from. Who goes on to ever new ones takes replies.
MOST_ITEMS = 100


def take(queue: object, origin: Crossing | Note | None, carrier: Context | None = None) -> None:
    """The running unit has taken an item out of *queue*, that *origin* put in.

    *queue* is any object that stands for the queue. None for an item that was put
    in where no span was current. Called while the queue's mutex is held: what is
    decided here is written by `decisions.write_due`, later. *carrier* is the context that an
    instrumentor is going to attach before the item is worked on.
    """
    held = in_hand.here(create=True)
    if held:
        _put_aside(held, queue)
    if origin is not None:
        span = current.span_here() if carrier is None else current.span_in_otel_context(carrier)
        origin = _take_up(origin, span)
    if held is not None:
        _hold(held, queue, origin)


def hand(queue: object, origin: Crossing | Note | None, unit: Any, span: Span | None) -> None:
    """*unit*, a task that waits for an item of *queue*, is given one by the running unit.

    *span* is the one that is current in *unit*.
    """
    held = in_hand.of(unit, create=True)
    assert held is not None
    if origin is not None:
        origin = _take_up(origin, span)
    _hold(held, queue, origin)


def _hold(held: in_hand.Items, queue: object, item: Crossing | Note | None) -> None:
    held[queue] = item
    if len(held) > MOST_ITEMS:
        oldest = held.pop(next(iter(held)))
        if isinstance(oldest, Crossing):
            oldest.roots = None  # as at the end of a unit that never asked again
            decisions.over(oldest)


def _take_up(origin: Crossing | Note, span: Span | None) -> Crossing | Note:
    if isinstance(origin, tuple):
        if span is not None and span.get_span_context() is origin[2]:
            origin[0].kept()
            return origin
        origin = notes.crossing_of(origin)
    crossings.judge_arrival(origin, span)
    origin.running = True
    decisions.has_arrived(origin)
    return origin


def finish(queue: object) -> None:
    """The running unit is done with the item that it has from *queue*: it asks for the next."""
    held = in_hand.here()
    if held:
        _put_aside(held, queue)


def _put_aside(held: in_hand.Items, queue: object) -> None:
    item = held.pop(queue, None)
    if isinstance(item, Crossing):
        if item.roots:
            in_hand.consumes(queue)
        decisions.over(item)


def drop(queue: object) -> None:
    """*queue* is no hand-off after all: what its items seemed to prove is void."""
    held = in_hand.here()
    crossing = held.pop(queue, None) if held else None
    if isinstance(crossing, Crossing):
        crossing.roots = None
        crossing.loss = None
        crossing.running = False
        crossing.verdict = None
        recorder.forget(crossing)
