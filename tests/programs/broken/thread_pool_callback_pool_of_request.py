# family: parent_stale
# boundary: ThreadPool.apply_async
# orphan: publish total
# actual parent: GET /a
# expected parent: POST /b
# instrumentors: threading,asyncio
# otherwise: still lost
# python: 3.10+
import threading
from multiprocessing.pool import ThreadPool

from tracing import report, tracer

published = threading.Event()


def publish(total):
    with tracer.start_as_current_span("publish total") as span:  # <- orphan
        span.set_attribute("total", total)
    published.set()


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /a"):
        pool = ThreadPool(1)  # <- inherited here
    with tracer.start_as_current_span("POST /b"):
        pool.apply_async(sum, ([1, 2],), callback=publish)  # <- lost here
        published.wait()
    pool.terminate()
    report()
