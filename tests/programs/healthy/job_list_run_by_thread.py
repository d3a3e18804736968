# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: PUT /a <- (root)
# tree: update search index <- PUT /a
import threading
from contextvars import copy_context
from functools import partial

from tracing import report, tracer

jobs = []
stored = threading.Event()


def work():
    stored.wait()
    jobs.pop()()


def update_index(page):
    with tracer.start_as_current_span("update search index") as span:
        span.set_attribute("page", page)


if __name__ == "__main__":
    worker = threading.Thread(target=work)
    worker.start()
    with tracer.start_as_current_span("PUT /a"):
        jobs.append(partial(copy_context().run, update_index, "/a"))
    stored.set()
    worker.join()
    report()
