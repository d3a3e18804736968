"""Providers that keep their spans, and the report that every program ends with."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exporter = InMemorySpanExporter()


class Finished(NamedTuple):
    """A span that ended; plain values, so that a child process can send it home.

    `started` and `ended` are the SDK's own times, in nanoseconds since the epoch.
    """

    name: str
    trace_id: str
    span_id: str
    parent_id: str | None
    kind: str
    started: int
    ended: int


def new_provider(**options: Any) -> TracerProvider:
    """Make a provider whose spans all reach this module's exporter."""
    # The SDK looks for its resource in a thread pool, whose threads may still be
    # ending when a program forks: then CPython 3.12 warns of the fork.
    provider = TracerProvider(**{"resource": Resource.get_empty()} | options)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider


def finished() -> list[Finished]:
    """Return the spans that have ended in this process."""
    return [
        Finished(
            span.name,
            format(span.context.trace_id, "032x"),
            format(span.context.span_id, "016x"),
            format(span.parent.span_id, "016x") if span.parent else None,
            span.kind.name,
            span.start_time or 0,
            span.end_time or 0,
        )
        for span in exporter.get_finished_spans()
    ]


def report(from_children: Iterable[Finished] = ()) -> None:
    """Print one line a span, ``child <- parent``, sorted.

    *from_children* are `Finished` spans that other processes sent. A forked
    child also has the spans that ended before the fork, hence the look at ids.
    With PROGRAM_SPANS_FILE set, the ids go to that file, one object a line.
    """
    spans = {span.span_id: span for span in [*finished(), *from_children]}
    names = {None: "(root)"} | {span.span_id: span.name for span in spans.values()}
    for line in sorted(f"{s.name} <- {names.get(s.parent_id, '(remote)')}" for s in spans.values()):
        print(line)
    if path := os.environ.get("PROGRAM_SPANS_FILE"):
        lines = [json.dumps(span._asdict()) + "\n" for span in spans.values()]
        Path(path).write_text("".join(lines), encoding="utf-8")


def apply_instrumentors(names: list[str]) -> None:
    """Apply the instrumentors in *names*, as a program's own set-up would."""
    if "threading" in names:
        from opentelemetry.instrumentation.threading import ThreadingInstrumentor

        ThreadingInstrumentor().instrument()
    if "asyncio" in names:
        from opentelemetry.instrumentation.asyncio import AsyncioInstrumentor

        AsyncioInstrumentor().instrument()


apply_instrumentors(os.environ.get("PROGRAM_INSTRUMENTORS", "").split(","))
