"""Carriers: messages whose headers should have brought the trace along.

Handed over: a message with headers. Origin: a PRODUCER span, or the ``put`` of an
in-process queue. Arrival: ``extract`` on those headers, and the CONSUMER span that
the same unit starts next. If there were headers, a propagator that looks for a
trace, and none in them, then the producer did not inject it, or somebody between
dropped it: that is certain, whatever broker carried the message.

Who the producer was is told only where it ran under the same watch: the item of a
queue that the unit took, else the PRODUCER spans of this process that ended and
never injected. Without one of these the finding is a mere hint, at level info.

Skipped: SERVER spans (the first request of every browser comes without a trace),
CONSUMER spans without an ``extract`` or without headers, carriers of types that
only their own getter can read, propagators used directly other than W3C's.
"""

from __future__ import annotations

import inspect
import os
import sys
import time
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from opentelemetry.trace import SpanKind

from ctxwatch import current, intent, judge, lineage, patching, sites, units
from ctxwatch.guard import Probe
from ctxwatch.model import Crossing, Kind, Root, Verdict
from ctxwatch.recorder import recorder

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, ModuleType

    from opentelemetry.context import Context

    from ctxwatch.model import Site, Spot

BOUNDARY = "propagate.extract"

#: Units and producers that are remembered at a time; the oldest are forgotten.
MOST_NOTES = 1_000
MOST_PRODUCERS = 256

#: How long after its ``extract`` a unit may start the span, if not with that very context.
SHORTLY_NS = 1_000_000_000

#: How often a package's line extracts for spans that are not CONSUMER before it is one of a
#: server, and not looked at again.
ROUNDS = 10

_extract = Probe("propagate.extract")
_inject = Probe("propagate.inject")


class Note(NamedTuple):
    """An ``extract`` that came to nothing although there were headers.

    *line* is the package's line that called it, as `_rounds` knows it; None for the user's.
    """

    context: weakref.ref[Context]
    site: Site
    time_ns: int
    line: tuple[int, int] | None


class Producer(NamedTuple):
    """A PRODUCER span that has not injected itself anywhere so far."""

    spot: Spot
    site: Site
    destination: object


#: By unit: the last ``extract`` there, if it came to nothing and no root began since.
notes: dict[int, Note] = {}
_producers: dict[int, Producer] = {}
#: Rounds left for the lines of packages that extract, as in `Note`; None for one of a consumer.
_rounds: dict[tuple[int, int], int | None] = {}
#: Keeps the ids unique that those lines are known by.
_seen: dict[int, CodeType] = {}

_composite_extract: CodeType | None = None


def _bound(table: dict[int, Any], most: int) -> None:
    if len(table) > most:
        try:
            table.pop(next(iter(table)), None)
        except (StopIteration, RuntimeError):  # another thread was at it
            return


def _patch_extract(original: Callable[..., Any]) -> Callable[..., Any]:
    def extract(self: Any, carrier: Any, *args: Any, **kwargs: Any) -> Any:
        context = original(self, carrier, *args, **kwargs)
        # One that is asked by a composite one has found what that goes on to note.
        if _extract.on and sys._getframe(1).f_code is not _composite_extract:
            try:
                _note(self, carrier, context)
            except Exception:  # the program must not notice
                _extract.failed()
        return context

    return extract


def _note(propagator: Any, carrier: Any, context: Context | None) -> None:
    if context is None or current.span_in_otel_context(context) is not None:
        if notes:
            notes.pop(units.unit_id(), None)
        return
    if not isinstance(carrier, (Mapping, list, tuple)) or not carrier:
        return
    if not set(propagator.fields) - {"baggage"}:
        return  # the program has switched off that traces travel
    line = _line_of_package()
    if line is not None and _rounds[line] == 0:
        return
    site = sites.find(2)
    if site is None:
        return
    notes[units.unit_id()] = Note(weakref.ref(context), site, time.time_ns(), line)
    _bound(notes, MOST_NOTES)


def _line_of_package() -> tuple[int, int] | None:
    """The line that called `extract`, if it is none of the user's."""
    frame = sys._getframe(3)
    if frame.f_globals.get("__name__") == "opentelemetry.propagate" and frame.f_back is not None:
        frame = frame.f_back
    if sites.is_users(frame.f_code):
        return None
    line = id(frame.f_code), frame.f_lasti
    if line not in _rounds:
        if len(_rounds) >= MOST_NOTES:
            return None
        _seen[line[0]] = frame.f_code
        _rounds[line] = ROUNDS
    return line


def _count_round(line: tuple[int, int], *, is_consumer: bool) -> None:
    left = _rounds.get(line)
    if is_consumer:
        _rounds[line] = None
    elif left:
        _rounds[line] = left - 1


def _patch_inject(original: Callable[..., Any]) -> Callable[..., Any]:
    def inject(self: Any, carrier: Any, context: Any = None, *args: Any, **kwargs: Any) -> None:
        original(self, carrier, context, *args, **kwargs)
        if _producers and _inject.on:
            try:
                _injected(context)
            except Exception:  # the program must not notice
                _inject.failed()

    return inject


def _injected(context: Context | None) -> None:
    """The span of *context* has gone into a carrier, and with it the way to its parent."""
    span = current.span_here() if context is None else current.span_in_otel_context(context)
    if span is None:
        return
    _producers.pop(span.get_span_context().span_id, None)
    parent = getattr(span, "parent", None)
    if parent is not None:
        _producers.pop(parent.span_id, None)


def produced(span: Any) -> None:
    """Take down a PRODUCER span as it starts: will it inject itself?"""
    site = sites.find(2, through_sdk=True)
    if site is None:
        return
    spot = current.spot(span)
    _producers[span.get_span_context().span_id] = Producer(spot, site, _destination(span))
    _bound(_producers, MOST_PRODUCERS)


def _destination(span: Any) -> object:
    attributes = span.attributes or {}
    new, old = "messaging.destination.name", "messaging.destination"
    return attributes.get(new) or attributes.get(old)


def entered(span: Any, parent_context: Context | None) -> bool:
    """Whether *span*, a root, is a finding: a CONSUMER whose headers brought no trace.

    Called for every root while there are `notes`; *parent_context* as in ``on_start``.
    """
    note = notes.pop(units.unit_id(), None)
    if note is not None and note.line is not None:
        _count_round(note.line, is_consumer=span.kind is SpanKind.CONSUMER)
    if note is None or span.kind is not SpanKind.CONSUMER or span.links:
        return False
    same = parent_context is not None and note.context() is parent_context
    if not same and time.time_ns() - note.time_ns > SHORTLY_NS:
        return False
    site = sites.find(2, through_sdk=True)
    if site is None:
        return False
    origin, lost_at = _producer(span)
    here = current.spot(None)
    crossing = Crossing(0, BOUNDARY, Kind.QUEUED, origin or here, lost_at or note.site)
    crossing.arrival = here
    crossing.verdict = Verdict.LOST
    purpose = intent.reason_here() or intent.reason_at(crossing.site) or intent.reason_at(note.site)
    if purpose is not None:
        recorder.silenced(purpose)
        return False
    root = Root(span.get_span_context(), span.name, site, crossing, None, here, is_entry=True)
    recorder.count_root()
    recorder.found(judge.entry_without_carrier(root, producer_known=lost_at is not None))
    return True


def _producer(span: Any) -> tuple[Spot | None, Site | None]:
    """Who handed over the message that *span* is for, and where; None where nobody can say.

    The span is None where several that ended without inject come into question.
    """
    item = lineage.here()
    if item is not None and item.loss is not None:
        chain = list(item.chain())
        if all(hop.kind is Kind.QUEUED for hop in chain):
            origin = item.loss.origin
            if origin.context is not None:
                _producers.pop(origin.context.span_id, None)
            return origin, item.site
    destination = _destination(span)
    found = [
        (key, producer)
        for key, producer in tuple(_producers.items())
        if producer.spot.ended
        and (not destination or not producer.destination or destination == producer.destination)
    ]
    if not found or len({producer.site.place for _, producer in found}) > 1:
        return None, None
    key, oldest = found[0]
    _producers.pop(key, None)
    return (oldest.spot if len(found) == 1 else None), oldest.site


def forget() -> None:
    """Drop what was noted, for uninstall and in a forked child."""
    notes.clear()
    _producers.clear()
    _rounds.clear()
    _seen.clear()


def _install_composite(module: ModuleType) -> None:
    global _composite_extract  # noqa: PLW0603 - set once
    _composite_extract = inspect.unwrap(module.CompositePropagator.extract).__code__
    patching.patch(module.CompositePropagator, "extract", _patch_extract)
    patching.patch(module.CompositePropagator, "inject", _patch_inject)


def _install_w3c(module: ModuleType) -> None:
    patching.patch(module.TraceContextTextMapPropagator, "extract", _patch_extract)
    patching.patch(module.TraceContextTextMapPropagator, "inject", _patch_inject)


PROBES = {
    "opentelemetry.propagators.composite": _install_composite,
    "opentelemetry.trace.propagation.tracecontext": _install_w3c,
}

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget)
