# family: parent_lost
# boundary: Future.add_done_callback
# orphan: store result
# expected parent: POST /score
# instrumentors: none | threading,asyncio
# python: 3.10+
import threading
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

go = threading.Event()
stored = threading.Event()


def store(_):
    with tracer.start_as_current_span("store result"):  # <- orphan
        stored.set()


def score(pool):
    with tracer.start_as_current_span("POST /score"):
        scoring = pool.submit(go.wait)
        scoring.add_done_callback(store)  # <- lost here
        go.set()
        stored.wait()


if __name__ == "__main__":
    with ThreadPoolExecutor(1) as workers:
        workers.submit(str).result()
        score(workers)
    report()
