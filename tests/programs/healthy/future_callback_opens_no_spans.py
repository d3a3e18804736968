# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /a <- (root)
# tree: POST /b <- (root)
import threading
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

go = threading.Event()
results = []


if __name__ == "__main__":
    with ThreadPoolExecutor(1) as pool:
        with tracer.start_as_current_span("GET /a"):
            pool.submit(str).result()
        with tracer.start_as_current_span("POST /b"):
            pool.submit(go.wait).add_done_callback(lambda done: results.append(done.result()))
            go.set()
    assert results == [True]
    report()
