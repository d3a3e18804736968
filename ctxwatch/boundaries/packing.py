"""Crossings and spans as tuples of plain values, as they travel to another process.

Plain, so that a process without ctxwatch can unpickle them. Spans stay at home.
"""

from __future__ import annotations

from typing import Any

from opentelemetry.trace import SpanContext, TraceFlags

from ctxwatch import current
from ctxwatch.model import Crossing, FixedPlace, Kind, Root, Site, Spot, Verdict


def pack(crossing: Crossing) -> tuple[Any, ...]:
    """*crossing* and the hops that led to it as a tuple of plain values, latest first."""
    before = () if crossing.parent is None else crossing.parent.chain()
    return tuple(_pack_one(hop) for hop in (crossing, *before))


def _pack_one(hop: Crossing) -> tuple[Any, ...]:
    return (
        hop.number,
        hop.boundary,
        hop.kind.value,
        hop.variant,
        None if hop.verdict is None else hop.verdict.value,
        _pack_spot(hop.origin),
        _pack_site(hop.site),
    )


def unpack(hops: tuple[Any, ...]) -> Crossing:
    """The crossing that `pack` made the tuple of, in another process."""
    crossing: Crossing | None = None
    for number, boundary, kind, variant, verdict, origin_side, places in reversed(hops):
        origin, site = _unpack_spot(origin_side), _unpack_site(places)
        before = crossing
        crossing = Crossing(number, boundary, Kind(kind), origin, site, before, variant=variant)
        crossing.verdict = None if verdict is None else Verdict(verdict)
        crossing.loss = crossing if before is None else before.loss
    assert crossing is not None
    crossing.loss = None  # not known before it has arrived
    return crossing


def _pack_spot(spot: Spot) -> tuple[Any, ...]:
    """*spot* as a tuple of plain values, without the span itself."""
    context = spot.context
    ids = None if context is None else (context.trace_id, context.span_id, int(context.trace_flags))
    return ids, spot.name, *spot[3:]


def _unpack_spot(packed: tuple[Any, ...]) -> Spot:
    """What `_pack_spot` made the tuple of, in another process."""
    ids, name, *unit = packed
    context = None
    if ids is not None:
        context = SpanContext(ids[0], ids[1], is_remote=True, trace_flags=TraceFlags(ids[2]))
    return Spot(context, name, None, *unit)


def _pack_site(site: Site) -> tuple[Any, ...]:
    """*site* as a tuple of plain values."""
    library = site.library
    return site.place.as_tuple(), None if library is None else library.as_tuple()


def _unpack_site(packed: tuple[Any, ...]) -> Site:
    """What `_pack_site` made the tuple of, in another process."""
    place, library = packed
    return Site(FixedPlace(*place), None if library is None else FixedPlace(*library), via=None)


def pack_root(root: Root) -> tuple[Any, ...]:
    """*root*, a span under a parent that its unit inherited, as a tuple of plain values."""
    span = root.spot._replace(context=root.context, name=root.name)
    actual = None if root.actual is None else _pack_spot(root.actual)
    return _pack_spot(span), _pack_site(root.site), pack(root.lineage), actual, root.is_entry


def unpack_root(packed: tuple[Any, ...]) -> Root:
    """The span that `pack_root` made the tuple of, in the process that is to tell of it."""
    span, site, hops, actual, is_entry = packed
    there = _unpack_spot(span)
    assert there.context is not None
    assert there.name is not None
    return Root(
        there.context,
        there.name,
        _unpack_site(site),
        unpack(hops),
        None,
        current.spot(None)._replace(time_ns=there.time_ns),
        None if actual is None else _unpack_spot(actual),
        is_entry,
    )
