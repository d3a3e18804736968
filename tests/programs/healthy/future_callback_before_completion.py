# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /score <- (root)
# tree: store result <- POST /score
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial

from tracing import report, tracer

go = threading.Event()
stored = threading.Event()


def store(_):
    with tracer.start_as_current_span("store result"):
        stored.set()


def score(pool):
    with tracer.start_as_current_span("POST /score"):
        scoring = pool.submit(go.wait)
        scoring.add_done_callback(partial(copy_context().run, store))
        go.set()
        stored.wait()


if __name__ == "__main__":
    with ThreadPoolExecutor(1) as workers:
        workers.submit(str).result()
        score(workers)
    report()
