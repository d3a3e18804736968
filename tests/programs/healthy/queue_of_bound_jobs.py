# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /a <- (root)
# tree: POST /b <- (root)
# tree: run job <- POST /a
# tree: run job <- POST /b
import queue
import threading
from contextvars import copy_context
from functools import partial

from tracing import report, tracer

jobs = queue.SimpleQueue()


def work():
    for job in iter(jobs.get, None):
        job()


def run_job(number):
    with tracer.start_as_current_span("run job") as span:
        span.set_attribute("number", number)


if __name__ == "__main__":
    worker = threading.Thread(target=work)
    worker.start()
    for number, path in enumerate(("/a", "/b")):
        with tracer.start_as_current_span(f"POST {path}"):
            jobs.put(partial(copy_context().run, run_job, number))
    jobs.put(None)
    worker.join()
    report()
