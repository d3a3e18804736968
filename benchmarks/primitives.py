"""The profile behind the hot path: what each of its parts costs, and what was not chosen."""

from __future__ import annotations

import collections
import itertools
import sys
import threading
import time
import timeit
import traceback
from typing import TYPE_CHECKING, Any

from opentelemetry import trace
from opentelemetry.context import _RUNTIME_CONTEXT
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace.propagation import _SPAN_KEY

from ctxwatch import sites
from ctxwatch.model import Crossing, Kind, Place, Site, Spot

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBER = 20_000
_REPEAT = 15


def measure() -> dict[str, tuple[float, float]]:
    """For each choice: the nanoseconds of what was chosen, and of what was not."""
    span = TracerProvider().get_tracer("orders").start_span("POST /orders")
    with trace.use_span(span):
        return {
            f"{chosen_name}; not {other_name}": _both(chosen, other)
            for (chosen_name, chosen), (other_name, other) in _choices(span)
        }


_Named = tuple[str, "Callable[[], Any]"]


def _choices(span: Any) -> list[tuple[_Named, _Named]]:
    code = measure.__code__
    by_id, by_code = {id(code): code}, {code: code}
    place = Place(code, 0)
    site = Site(place, None, None)
    context = span.get_span_context()
    counter = itertools.count().__next__
    lock, counts = threading.Lock(), collections.Counter[str]()
    number = itertools.count().__next__

    def count_under_lock() -> None:
        with lock:
            counts["kept"] += 1

    def spot() -> Spot:
        return Spot(context, span.name, None, time.time_ns(), 1, 1, "MainThread", None)

    def crossing() -> Crossing:
        made = Crossing(number(), "submit", Kind.ITEM, spot(), site, None, None)
        made.arrival = spot()
        return made

    def note() -> tuple[Any, ...]:
        return site, span, context, time.time_ns(), number(), 1

    return [
        (("a table by id(code)", lambda: by_id[id(code)]), ("by code", lambda: by_code[code])),
        (
            ("the runtime context's span", lambda: _RUNTIME_CONTEXT.get_current().get(_SPAN_KEY)),
            ("get_current_span()", trace.get_current_span),
        ),
        (("a note", note), ("a Crossing with both its sides", crossing)),
        (
            ("a known site", lambda: place),
            ("a new one", lambda: Site(Place(code, 0), None, None)),
        ),
        (("itertools.count", counter), ("a Counter under a lock", count_under_lock)),
        (
            ("sys._getframe(2)", lambda: sys._getframe(2)),
            ("a walk up to the user's line", lambda: sites.find(1)),
        ),
        (
            ("sys._getframe(2)", lambda: sys._getframe(2)),
            ("traceback.extract_stack", traceback.extract_stack),
        ),
        (
            ("the ids as they are", lambda: (context.trace_id, context.span_id)),
            (
                "as text",
                lambda: (
                    trace.format_trace_id(context.trace_id),
                    trace.format_span_id(context.span_id),
                ),
            ),
        ),
    ]


def _both(chosen: Callable[[], Any], other: Callable[[], Any]) -> tuple[float, float]:
    """The least time of each, round by round in turn, without the call that both take."""
    functions = (chosen, other, lambda: None)
    timers = [timeit.Timer(function, timer=time.process_time) for function in functions]
    times: list[list[float]] = [[], [], []]
    for _ in range(_REPEAT):
        for timer, taken in zip(timers, times, strict=True):
            taken.append(timer.timeit(_NUMBER) / _NUMBER * 1e9)
    first, second, call = (min(taken) for taken in times)
    return max(first - call, 0), max(second - call, 0)
