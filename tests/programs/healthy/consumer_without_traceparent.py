# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: process order <- send order
# tree: send order <- POST /orders
from collections import deque

from opentelemetry.propagate import extract, inject
from opentelemetry.trace import SpanKind
from tracing import report, tracer

topic = deque()


def post_order(number):
    with tracer.start_as_current_span("POST /orders"):
        with tracer.start_as_current_span("send order", kind=SpanKind.PRODUCER):
            headers = {"content-type": "text/plain"}
            inject(headers)
            topic.append((headers, f"order {number}"))


def consume():
    headers, _ = topic.popleft()
    origin = extract(headers)
    with tracer.start_as_current_span("process order", context=origin, kind=SpanKind.CONSUMER):
        pass


if __name__ == "__main__":
    post_order(7)
    consume()
    report()
