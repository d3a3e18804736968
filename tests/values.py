"""Crossings, spots and roots made by hand, for the tests of what is computed from them."""

from __future__ import annotations

import itertools
import os
import threading

from opentelemetry.trace import SpanContext, TraceFlags

from ctxwatch.model import Crossing, FixedPlace, Kind, Root, Site, Spot, Verdict

_numbers = itertools.count(1)


def span_context(*, trace_id: int | None = None) -> SpanContext:
    """Return a valid context, other than all before it, in a trace of its own by default."""
    number = next(_numbers)
    flags = TraceFlags(TraceFlags.SAMPLED)
    return SpanContext(trace_id or number, number, is_remote=False, trace_flags=flags)


def spot(context: SpanContext | None) -> Spot:
    """Return a spot in this unit where *context* is current."""
    ident = threading.get_ident()
    return Spot(context, None, None, 0, os.getpid(), ident, "MainThread", None)


def site(line: int = 1) -> Site:
    """Return a site in the application."""
    return Site(FixedPlace("/srv/app.py", line, "main"), None, None)


def crossing(
    kind: Kind = Kind.ITEM,
    parent: Crossing | None = None,
    *,
    verdict: Verdict | None = None,
    running: bool = False,
    rearmed: bool = False,
    variant: str = "",
) -> Crossing:
    """Return a crossing that lost its context, or the next hop of one that did.

    The first hop has the verdict lost and the ones behind it empty, unless
    *verdict* says something else.
    """
    origin = spot(span_context() if parent is None else None)
    made = Crossing(next(_numbers), kind.value, kind, origin, site(), parent, variant=variant)
    made.verdict = verdict or (Verdict.LOST if parent is None else Verdict.EMPTY)
    made.loss = made if parent is None else parent.loss
    made.running = running
    made.rearmed = rearmed
    return made


def root(lineage: Crossing, *, parent_open: bool | None = True, line: int = 1) -> Root:
    """Return a span that started without parent at *line*, in the unit behind *lineage*."""
    return Root(span_context(), "charge card", site(line), lineage, parent_open, spot(None))
