# family: parent_lost
# boundary: job list
# orphan: update search index
# expected parent: PUT /a
# instrumentors: none | threading,asyncio
# python: 3.10+
import threading
from functools import partial

from tracing import report, tracer

jobs = []
stored = threading.Event()


def work():
    stored.wait()
    jobs.pop()()


def update_index(page):
    with tracer.start_as_current_span("update search index") as span:  # <- orphan
        span.set_attribute("page", page)


if __name__ == "__main__":
    worker = threading.Thread(target=work)
    worker.start()
    with tracer.start_as_current_span("PUT /a"):
        jobs.append(partial(update_index, "/a"))  # <- lost here
    stored.set()
    worker.join()
    report()
