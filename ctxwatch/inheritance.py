"""Spans under a parent that their unit inherited, and that had ended by then.

A unit that got its context from request A and works on for others passes A's
span on to all of them. What it worked on tells whether that is wrong: an item of
another request is proof; work of its own may just be late.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxwatch import current, judge, lineage, sites
from ctxwatch.model import Crossing, Family, Root, Stage, Verdict
from ctxwatch.recorder import recorder

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import Span
    from opentelemetry.trace import SpanContext

    from ctxwatch.model import Spot

#: Units whose spans wait for the unit's end, so that the end of the process can decide.
_waiting: dict[Crossing, None] = {}
#: Servers that were started under a span, by that span: every connection inherits it.
_servers: dict[tuple[int, int], Crossing] = {}

MOST_WAITING = 10_000
MOST_SPANS = 50


def check(span: Span) -> None:
    """Look at a span that has a parent: did its unit merely inherit that one?"""
    parent = span.parent
    if parent is None or parent.is_remote:
        return
    unit = lineage.unit_here() or _servers.get((parent.trace_id, parent.span_id))
    if unit is None:
        return
    inherited = unit.arrival or unit.origin
    if not _same(inherited.context, parent) or not _is_over(unit, inherited):
        return
    work = lineage.work_here() or unit
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
    if unit.foreign is None:
        unit.foreign = []
    if len(unit.foreign) < MOST_SPANS:
        unit.foreign.append(root)
    unit.foreign_count += 1
    decide(unit, Stage.RUNNING)


def decide(unit: Crossing, stage: Stage) -> None:
    """Write what can be said of the unit's foreign spans at this stage of its life."""
    roots = unit.foreign
    if not roots:
        return
    if unit.leaked:
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
        recorder.found(judge.inherited_finding(family, roots[0], unit))
        del roots[1:]
        return
    unit.foreign = None
    for root in roots:
        recorder.found(judge.inherited_finding(family, root, unit))


def server_started(crossing: Crossing) -> None:
    """Note that *crossing* started a server; its connections inherit the span that is current."""
    context = crossing.origin.context
    if context is not None and len(_servers) < MOST_WAITING:
        _servers[context.trace_id, context.span_id] = crossing


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


def _is_over(unit: Crossing, inherited: Spot) -> bool:
    """Whether the inherited span has ended. One that came along in a fork never will."""
    by_fork = unit.verdict is Verdict.STALE and unit.origin.pid != inherited.pid
    return inherited.ended is True or by_fork


def _after_fork() -> None:
    _waiting.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
