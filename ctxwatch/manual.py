"""Snapshots taken by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxwatch import agent, current, sites

if TYPE_CHECKING:
    from ctxwatch.model import Spot


def snapshot(label: str) -> Spot:
    """Write the current span to the log as ``[label] trace_id=... span_id=... is_valid=...``.

    The same record as on both sides of a boundary, for a place that has no
    probe. Written only while the watch is on.

    Args:
        label: What to call this place in the log.

    Returns:
        What was seen: `Spot.context` is None where no span was current.
    """
    seen = current.spot(current.span_here())
    site = sites.find(1)
    reporter = agent.reporter()
    if reporter is not None and site is not None:
        reporter.taken(label, seen, site)
    return seen
