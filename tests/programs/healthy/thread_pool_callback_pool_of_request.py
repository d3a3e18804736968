# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /a <- (root)
# tree: POST /b <- (root)
# tree: publish total <- POST /b
import threading
from contextvars import copy_context
from functools import partial
from multiprocessing.pool import ThreadPool

from tracing import report, tracer

published = threading.Event()


def publish(total):
    with tracer.start_as_current_span("publish total") as span:
        span.set_attribute("total", total)
    published.set()


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /a"):
        pool = ThreadPool(1)
    with tracer.start_as_current_span("POST /b"):
        publish_here = partial(copy_context().run, publish)
        pool.apply_async(sum, ([1, 2],), callback=publish_here)
        published.wait()
    pool.terminate()
    report()
