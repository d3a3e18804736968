"""Spans under a parent that their unit inherited, and that had ended by then.

A unit that got its context from request A and works on for others passes A's
span on to all of them. What it worked on tells whether that is wrong: an item of
another request is proof; work of its own may just be late.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from ctxwatch import current, judge, lineage, sites, units
from ctxwatch.model import Crossing, Family, Kind, Root, Stage, Verdict
from ctxwatch.recorder import recorder

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import Span
    from opentelemetry.trace import SpanContext

    from ctxwatch.model import Spot

#: Units whose spans wait for the unit's end, so that the end of the process can decide.
_waiting: dict[Crossing, None] = {}
#: Servers that were started under a span, by that span: every connection inherits it.
_servers: dict[tuple[int, int], Crossing] = {}
#: By thread: what had the connection go on reading whose data is being received there.
_connections: dict[int, Crossing] = {}
#: The same for tasks that were started while data was received.
_received: WeakKeyDictionary[Crossing, Crossing] = WeakKeyDictionary()

#: Whether servers or connections were ever known, for whose sake more is to be taken down.
serving = False

#: The variant of a crossing that stands for a single connection of a server.
CONNECTION = "connection"

MOST_WAITING = 10_000
MOST_SPANS = 50


def check(span: Span, unit: Crossing | None, work: Crossing | None) -> None:
    """Look at a span that has a parent: did its unit merely inherit that one?

    *unit* and *work* are what `lineage.unit_and_work` says.
    """
    parent = span.parent
    if parent is None or parent.is_remote:
        return
    unit, work = _served(parent, unit, work)
    if unit is None:
        return
    if work is unit:
        unit = _worker_of(unit, parent) or unit
    inherited = unit.arrival or unit.origin
    work = work or unit
    if not _same(inherited.context, parent) or not _is_over(span, unit, inherited, work):
        return
    if work is not unit and not judge.is_of_another(work):
        return
    site = sites.find(2, through_sdk=True)
    if site is None:
        return
    ended = work.origin.ended
    parent_open = None if ended is None else not ended
    root = Root(
        span.get_span_context(),
        span.name,
        site,
        work,
        parent_open,
        current.spot(None),
        inherited,
        span.kind.name in ("SERVER", "CONSUMER"),
    )
    if unit.leaves_process and unit is lineage.worker_here():
        _note(unit, root)
    else:
        found_foreign(unit, root)


def _note(unit: Crossing, root: Root) -> None:
    if unit.foreign is None:
        unit.foreign = []
    if len(unit.foreign) < MOST_SPANS:
        unit.foreign.append(root)
    unit.foreign_count += 1


def found_foreign(unit: Crossing, root: Root) -> None:
    """*root* is a span under a parent that *unit* inherited, and that had ended."""
    _note(unit, root)
    decide(unit, Stage.RUNNING)


def take_evidence() -> tuple[Crossing | None, list[Root]]:
    """The worker process that runs here, and its foreign spans, of which it does not decide."""
    worker = lineage.worker_here()
    if worker is None or not worker.leaves_process or not worker.foreign:
        return None, []
    roots, worker.foreign = worker.foreign, None
    return worker, roots


def _served(
    parent: SpanContext, unit: Crossing | None, work: Crossing | None
) -> tuple[Crossing | None, Crossing | None]:
    """*unit*, or the server that it belongs to, and what that works on."""
    server = _server_behind(unit, parent)
    if server is None:
        return unit, work
    return server, server if work is unit else work


def _worker_of(unit: Crossing, parent: SpanContext) -> Crossing | None:
    """The worker that does the work of *unit*, if that has *parent* from the worker."""
    worker = lineage.worker_here()
    if worker is None or worker.arrival is None or unit.kind is Kind.SERVER:
        return None
    return worker if _same(worker.arrival.context, parent) else None


def decide(unit: Crossing, stage: Stage) -> None:
    """Write what can be said of the unit's foreign spans at this stage of its life."""
    if unit.foreign:
        with recorder.deciding:
            if unit.foreign:  # else another thread was faster
                _decide(unit, unit.foreign, stage)


def _decide(unit: Crossing, roots: list[Root], stage: Stage) -> None:
    if unit.leaked:
        if stage is Stage.RUNNING:  # one more span; the end of the unit adds none
            recorder.found(judge.inherited_finding(Family.PARENT_LEAKED, roots[0], unit))
            del roots[1:]
        return
    family = judge.inherited(unit, roots, stage)
    if family is None:
        if len(_waiting) < MOST_WAITING:
            _waiting[unit] = None
        return
    _waiting.pop(unit, None)
    if family is Family.PARENT_LEAKED:
        unit.leaked = True
        for _ in roots:  # one finding for the unit, which counts its spans
            recorder.found(judge.inherited_finding(family, roots[0], unit))
        del roots[1:]
        return
    unit.foreign = None
    for root in roots:
        recorder.found(judge.inherited_finding(family, root, unit))


def server_started(crossing: Crossing) -> None:
    """Note that *crossing* started a server; its connections inherit the span that is current."""
    global serving  # noqa: PLW0603 - a latch that saves two lookups on every hand-off
    context = crossing.origin.context
    if context is None:
        return
    if len(_servers) >= MOST_WAITING:
        del _servers[next(iter(_servers))]
    _servers[context.trace_id, context.span_id] = crossing
    serving = True
    units.watch_tasks()


def enter_connection(crossing: Crossing) -> Crossing | None:
    """Data is received in the context that *crossing* gave to the connection.

    Returns what stood there before, for `leave_connection`.
    """
    global serving  # noqa: PLW0603 - as in `server_started`
    serving = True
    units.watch_tasks()
    ident = current.get_ident()
    before = _connections.get(ident)
    _connections[ident] = crossing
    return before


def leave_connection(before: Crossing | None) -> None:
    """The data has been received."""
    if before is None:
        _connections.pop(current.get_ident(), None)
    else:
        _connections[current.get_ident()] = before


def handed_over(crossing: Crossing) -> None:
    """Note whether *crossing* was handed over while a connection's data was received."""
    if _connections:
        connection = _connections.get(current.get_ident())
        if connection is not None:
            _received[crossing] = connection


def _server_behind(unit: Crossing | None, parent: SpanContext) -> Crossing | None:
    """The server or connection from which *unit* has *parent*, None where that is not certain.

    A callback of the loop is no unit with a lineage. A task that was made by one after
    the span had ended has it from what the callback serves.
    """
    if unit is None:
        connection = _connections.get(current.get_ident())
        return connection or _servers.get((parent.trace_id, parent.span_id))
    if unit.kind is not Kind.TASK or unit.origin.task is not None:
        return None
    if unit in _received:
        return _received[unit]
    span = None if unit.origin.span is None else unit.origin.span()
    ended = getattr(span, "end_time", None)
    if ended is None or unit.origin.time_ns < ended:
        return None
    return _servers.get((parent.trace_id, parent.span_id))


def process_ends() -> None:
    """Decide about the units that are still running."""
    for unit in tuple(_waiting):
        decide(unit, Stage.PROCESS_ENDS)


def _same(context: SpanContext | None, parent: SpanContext) -> bool:
    return (
        context is not None
        and context.span_id == parent.span_id
        and context.trace_id == parent.trace_id
    )


def _is_over(span: Span, unit: Crossing, inherited: Spot, work: Crossing) -> bool:
    """Whether *span*, of *work*, comes after the inherited one, which in a fork never ends."""
    if work.verdict is Verdict.STALE and unit.origin.pid != inherited.pid:
        return True
    # Another thread may have ended the parent since *span* started: their own times tell.
    parent = current.span_here()
    if parent is not None and _same(inherited.context, parent.get_span_context()):
        ended = getattr(parent, "end_time", None)
        if ended is not None and span.start_time is not None:
            return bool(ended <= span.start_time)
    return inherited.ended is True


def _after_fork() -> None:
    _waiting.clear()
    _connections.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
