# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /sums <- (root)
# tree: publish total <- POST /sums
import multiprocessing
import threading
from contextvars import copy_context
from functools import partial

from tracing import report, tracer

published = threading.Event()


def publish(total):
    with tracer.start_as_current_span("publish total") as span:
        span.set_attribute("total", total)
    published.set()


if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        with tracer.start_as_current_span("POST /sums"):
            publish_here = partial(copy_context().run, publish)
            pool.apply_async(sum, ([1, 2],), callback=publish_here)
            published.wait()
    report()
