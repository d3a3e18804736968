"""The small programs: each hands over again and again, and does nothing else.

Every hand-off is made while a span is current, and, but for the last of the pool's,
arrives with it. `by_hand` adds the lines that people write today, on both sides.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from opentelemetry import context, trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from opentelemetry.sdk.trace import ReadableSpan

#: Whether both sides of each hand-off are logged. Set before the first workload runs.
by_hand = False

GROUP = 100

logger = logging.getLogger("orders")
tracer = trace.get_tracer("orders")
pool = ThreadPoolExecutor(1)
loop = asyncio.new_event_loop()
loop.set_default_executor(ThreadPoolExecutor(1))


def log_context_snapshot(label: str) -> None:
    """What guides tell people to write on both sides of a hand-off."""
    span_context = trace.get_current_span().get_span_context()
    logger.info(
        "[%s] trace_id=%s span_id=%s is_valid=%s",
        label,
        trace.format_trace_id(span_context.trace_id),
        trace.format_span_id(span_context.span_id),
        span_context.is_valid,
    )


def work() -> None:
    """What is handed over to threads."""
    if by_hand:
        log_context_snapshot("arrival")


async def async_work() -> None:
    """What is handed over to tasks."""
    if by_hand:
        log_context_snapshot("arrival")


async def create_task(n: int) -> None:
    """Make a task and wait for it."""
    for _ in range(n):
        if by_hand:
            log_context_snapshot("origin")
        await asyncio.create_task(async_work())


async def task_group(n: int) -> None:
    """Make a hundred tasks at once: a TaskGroup, or gather where there is none."""
    for _ in range(n // GROUP):
        if hasattr(asyncio, "TaskGroup"):
            async with asyncio.TaskGroup() as group:
                for _ in range(GROUP):
                    if by_hand:
                        log_context_snapshot("origin")
                    group.create_task(async_work())
        else:
            coroutines = []
            for _ in range(GROUP):
                if by_hand:
                    log_context_snapshot("origin")
                coroutines.append(async_work())
            await asyncio.gather(*coroutines)


def submit(n: int) -> None:
    """Submit a copy of the context with the function, and wait for the result."""
    for _ in range(n):
        if by_hand:
            log_context_snapshot("origin")
        pool.submit(contextvars.copy_context().run, work).result()


def submit_plainly(n: int) -> None:
    """Submit the function alone: an instrumentor rescues it, or it arrives without the span."""
    for _ in range(n):
        if by_hand:
            log_context_snapshot("origin")
        pool.submit(work).result()


async def run_in_executor(n: int) -> None:
    """The same through the loop."""
    for _ in range(n):
        if by_hand:
            log_context_snapshot("origin")
        await loop.run_in_executor(None, contextvars.copy_context().run, work)


async def to_thread(n: int) -> None:
    """The same, where asyncio itself copies the context."""
    for _ in range(n):
        if by_hand:
            log_context_snapshot("origin")
        await asyncio.to_thread(work)


def thread(n: int) -> None:
    """Start a thread and join it."""
    for _ in range(n):
        if by_hand:
            log_context_snapshot("origin")
        started = threading.Thread(target=contextvars.copy_context().run, args=(work,))
        started.start()
        started.join()


def put_and_get(n: int) -> None:
    """Put items into a queue that another thread, under the same span, takes them from."""
    items: queue.Queue[object] = queue.Queue(GROUP)

    def consume() -> None:
        while items.get() is not None:
            work()

    consumer = threading.Thread(target=contextvars.copy_context().run, args=(consume,))
    consumer.start()
    for _ in range(n):
        if by_hand:
            log_context_snapshot("origin")
        items.put(object())
    items.put(None)
    consumer.join()


def start_span(n: int) -> None:
    """Start spans that are current for a moment, and go nowhere."""
    for _ in range(n):
        with tracer.start_as_current_span("step"):
            pass


class Nowhere(SpanExporter):
    """Takes spans, and does nothing with them."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:  # noqa: ARG002 - the interface
        """Say that they have arrived."""
        return SpanExportResult.SUCCESS


def start_exported_span(n: int) -> None:
    """The same, with an exporter that takes them."""
    for _ in range(n):
        with exported.start_as_current_span("step"):
            pass


exporting = TracerProvider()
exporting.add_span_processor(SimpleSpanProcessor(Nowhere()))
exported = exporting.get_tracer("orders")


def attach_and_detach(n: int) -> None:
    """What servers and instrumentors do around every request."""
    current = context.get_current()
    for _ in range(n):
        context.detach(context.attach(current))


class Workload(NamedTuple):
    """One of them. *n* hand-offs, or spans, make a round."""

    label: str
    run: Callable[[int], Coroutine[None, None, None] | None]
    n: int
    #: Whether it hands something over.
    crosses: bool = True


WORKLOADS = {
    "create_task": Workload("create_task, await", create_task, 500),
    "task_group": Workload("TaskGroup of 100, each", task_group, 500),
    "submit": Workload("submit, result", submit, 300),
    "submit_plainly": Workload("submit, result; context not passed on", submit_plainly, 300),
    "run_in_executor": Workload("run_in_executor, await", run_in_executor, 150),
    "to_thread": Workload("to_thread, await", to_thread, 150),
    "thread": Workload("Thread start, join", thread, 50),
    "queue": Workload("queue put, get", put_and_get, 1000),
    "span": Workload("start_as_current_span", start_span, 300, crosses=False),
    "exported_span": Workload(
        "start_as_current_span, exported", start_exported_span, 200, crosses=False
    ),
    "attach": Workload("attach, detach", attach_and_detach, 3000, crosses=False),
}


def run(workload: Workload, n: int) -> None:
    """Run one round of *n*, inside a span."""
    with tracer.start_as_current_span("POST /orders"):
        ran = workload.run(n)
        if ran is not None:
            loop.run_until_complete(ran)
