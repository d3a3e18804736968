# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /start <- (root)
# tree: clean cache <- (root)
import queue
import threading

from opentelemetry.context import Context
from tracing import report, tracer

caches = queue.Queue()


def work():
    cache = caches.get()
    with tracer.start_as_current_span("clean cache", context=Context()) as span:
        span.set_attribute("cache", cache)


if __name__ == "__main__":
    with tracer.start_as_current_span("POST /start"):
        worker = threading.Thread(target=work)
        worker.start()
        caches.put("prices")
        worker.join()
    report()
