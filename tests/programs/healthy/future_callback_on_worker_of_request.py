# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /a <- (root)
# tree: POST /b <- (root)
# tree: store result <- POST /b
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial

from tracing import report, tracer

pool = ThreadPoolExecutor(1)
go = threading.Event()
stored = threading.Event()


def store(_):
    with tracer.start_as_current_span("store result"):
        pass
    stored.set()


def get_a():
    with tracer.start_as_current_span("GET /a"):
        pool.submit(str).result()


def post_b():
    with tracer.start_as_current_span("POST /b"):
        scoring = pool.submit(go.wait)
        scoring.add_done_callback(partial(copy_context().run, store))
        go.set()
        stored.wait()


if __name__ == "__main__":
    get_a()
    post_b()
    report()
