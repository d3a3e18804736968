"""Hand-offs that keep their context: as little as a crossing can be made of later.

Nearly every hand-off keeps its context, and nearly none is ever asked about. So no
`Crossing` is made, only a tuple, which takes a tenth of the time: a `Note`. It goes
where the crossing would, into the ring and to the unit; `crossing_of` makes
a crossing of it for whoever wants to read one.
"""

from __future__ import annotations

import itertools
import sys
from typing import TYPE_CHECKING, Any

from ctxwatch import current
from ctxwatch.model import Crossing, Kind, Spot, Verdict

if TYPE_CHECKING:
    from weakref import ref

    from opentelemetry.trace import Span, SpanContext

    from ctxwatch.lines import Line

    #: The line, the span that is current there, its context and its name, the time in
    #: nanoseconds, the crossing's number, the thread and the task: None outside of tasks, and
    #: for a new task.
    Note = tuple[Line, ref[Span], SpanContext, str | None, int, int, int, ref[Any] | None]

#: Gives every crossing of this process its number.
next_number = itertools.count(1).__next__

#: Stands for the task that made the hand-off where it is gone, or was not asked for.
_SOME_TASK = "?"


def crossing_of(note: Note, *, work: Any = None, variant: str = "") -> Crossing:
    """The crossing that *note* was taken of. *work* and *variant* are as in `Crossing`."""
    line, weak, context, name, time_ns, number, ident, by_task = note
    task: Any = None
    if line.kind is Kind.TASK:
        task = _SOME_TASK
    elif by_task is not None:
        task = by_task()
        task = _SOME_TASK if task is None else current.name_of_task(task)
    thread = sys.modules["threading"]._active.get(ident)
    origin = Spot(
        context,
        name,
        weak,
        time_ns,
        current.pid(),
        ident,
        None if thread is None else thread.name,
        task,
    )
    crossing = Crossing(number, line.boundary, line.kind, origin, line.site, None, work, variant)
    if line.kind is Kind.TASK:  # whose arrival is seen in the moment of the hand-off
        crossing.arrival = origin
        crossing.verdict = Verdict.KEPT
    return crossing


def kept_crossing_of(note: Note) -> Crossing:
    """The crossing that *note* was taken of, which has arrived and was kept."""
    crossing = crossing_of(note)
    crossing.arrival = crossing.origin
    crossing.verdict = Verdict.KEPT
    return crossing


def is_settled(note: Note, parent: SpanContext) -> bool:
    """Whether a span under *parent* in the unit of *note* needs no explanation.

    It does where *parent* is the span that the unit inherited, and that has ended.
    """
    context = note[2]
    if context.span_id != parent.span_id or context.trace_id != parent.trace_id:
        return True
    span: Any = note[1]()
    return span is not None and getattr(span, "end_time", None) is None
