# family: parent_stale
# boundary: Future.add_done_callback
# orphan: store result
# actual parent: GET /a
# expected parent: POST /b
# instrumentors: threading,asyncio
# otherwise: still lost
# python: 3.10+
import threading
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

pool = ThreadPoolExecutor(1)
go = threading.Event()
stored = threading.Event()


def store(_):
    with tracer.start_as_current_span("store result"):  # <- orphan
        pass
    stored.set()


def get_a():
    with tracer.start_as_current_span("GET /a"):
        pool.submit(str).result()  # <- inherited here


def post_b():
    with tracer.start_as_current_span("POST /b"):
        scoring = pool.submit(go.wait)
        scoring.add_done_callback(store)  # <- lost here
        go.set()
        stored.wait()


if __name__ == "__main__":
    get_a()
    post_b()
    report()
