"""A small shop whose traces fall apart: seven hand-offs lose the request, six keep it.

Run it under ctxwatch:

    ctxwatch run --instrumentors none python sitecustomize_example/app.py

Every span should be under the request that asked for it. The program prints the
tree as a tracing backend would draw it, so that you can see which are not.
"""

import asyncio
import contextvars
import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from opentelemetry import context, propagate, trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("shop")

pool = ThreadPoolExecutor(max_workers=1)


def step(name):
    """Do one piece of a request's work, in a span of its own."""
    with tracer.start_as_current_span(name):
        return name


def step_in_trace(carrier, name):
    """Do the same in another process, in the trace that came along as data."""
    token = context.attach(propagate.extract(carrier))
    try:
        return step(name)
    finally:
        context.detach(token)


class Mailer(threading.Thread):
    """A thread with a run() of its own, which ThreadingInstrumentor does not reach."""

    def run(self):
        step("mail the receipt")


def place_order():
    """Hand work over in seven ways that lose the request."""
    with tracer.start_as_current_span("POST /orders"):
        worker = threading.Thread(target=step, args=("update stock",))
        worker.start()  # lost: Thread
        worker.join()

        timer = threading.Timer(0, step, args=("expire the cart",))
        timer.start()  # lost: Timer
        timer.join()

        mailer = Mailer()
        mailer.start()  # lost: Thread subclass
        mailer.join()

        pool.submit(step, "charge the card").result()  # lost: submit
        list(pool.map(step, ["reserve item"]))  # lost: map

        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as processes:
            processes.submit(step, "render the invoice").result()  # lost: process pool


async def track_order():
    """Hand work over from a coroutine: one way loses the request, two keep it."""
    with tracer.start_as_current_span("GET /orders/7"):
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(pool, step, "ask the carrier")  # lost: run_in_executor
        await asyncio.to_thread(step, "read the history")
        await asyncio.create_task(step_as_task("write the answer"))


async def step_as_task(name):
    """Do one piece of work in a task: tasks copy the context."""
    return step(name)


def return_order():
    """Hand work over in four ways that keep the request."""
    with tracer.start_as_current_span("DELETE /orders/7"):
        worker = threading.Thread(
            target=contextvars.copy_context().run, args=(step, "restock the item")
        )
        worker.start()
        worker.join()

        pool.submit(contextvars.copy_context().run, step, "refund the card").result()

        copies = [contextvars.copy_context() for _ in range(2)]
        names = ["cancel parcel", "tell warehouse"]
        list(pool.map(lambda copy, name: copy.run(step, name), copies, names))

        carrier = {}
        propagate.inject(carrier)
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as processes:
            processes.submit(step_in_trace, carrier, "render the credit note").result()


def print_trees():
    """Print the spans of this process as a tracing backend would draw them."""
    spans = sorted(exporter.get_finished_spans(), key=lambda span: span.start_time)
    for root in spans:
        if root.parent is None:
            print(root.name)
            for child in spans:
                if child.parent is not None and child.parent.span_id == root.context.span_id:
                    print("   ", child.name)


if __name__ == "__main__":
    place_order()
    asyncio.run(track_order())
    return_order()
    pool.shutdown()
    print_trees()
