# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: PUT /a <- (root)
# tree: PUT /b <- (root)
# tree: refresh cache <- PUT /a
# tree: refresh cache <- PUT /b
import queue
import threading

from opentelemetry import context
from tracing import report, tracer

REFRESH = "refresh"
orders = queue.Queue()
both_open = threading.Barrier(2)


def work():
    for _ in range(2):
        order, origin = orders.get()
        with tracer.start_as_current_span("refresh cache", context=origin) as span:
            span.set_attribute("order", order)


def handle(path):
    with tracer.start_as_current_span(f"PUT {path}"):
        both_open.wait()
        orders.put((REFRESH, context.get_current()))
        both_open.wait()


if __name__ == "__main__":
    handlers = [threading.Thread(target=handle, args=(path,)) for path in ("/a", "/b")]
    for handler in handlers:
        handler.start()
    for handler in handlers:
        handler.join()
    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    report()
