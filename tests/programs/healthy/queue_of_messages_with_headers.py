# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: process order <- send order
# tree: send order <- POST /orders
# tree: store order <- process order
import queue
import threading

from opentelemetry.propagate import extract, inject
from opentelemetry.trace import SpanKind
from tracing import report, tracer

topic = queue.Queue()


def consume():
    headers, order = topic.get()
    options = {"context": extract(headers), "kind": SpanKind.CONSUMER}
    with tracer.start_as_current_span("process order", **options):
        with tracer.start_as_current_span("store order") as span:
            span.set_attribute("order", order)


if __name__ == "__main__":
    consumer = threading.Thread(target=consume)
    consumer.start()
    with tracer.start_as_current_span("POST /orders"):
        with tracer.start_as_current_span("send order", kind=SpanKind.PRODUCER):
            headers = {"content-type": "text/plain"}
            inject(headers)
            topic.put((headers, 7))
    consumer.join()
    report()
