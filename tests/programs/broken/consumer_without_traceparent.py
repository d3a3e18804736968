# family: entry_without_carrier
# boundary: propagate.extract
# orphan: process order
# expected parent: send order
# instrumentors: none | threading,asyncio
# python: 3.10+
from collections import deque

from opentelemetry.propagate import extract
from opentelemetry.trace import SpanKind
from tracing import report, tracer

topic = deque()


def post_order(number):
    with tracer.start_as_current_span("POST /orders"):
        with tracer.start_as_current_span("send order", kind=SpanKind.PRODUCER):  # <- lost here
            headers = {"content-type": "text/plain"}
            topic.append((headers, f"order {number}"))


def consume():
    headers, _ = topic.popleft()
    origin = extract(headers)
    with tracer.start_as_current_span(  # <- orphan
        "process order", context=origin, kind=SpanKind.CONSUMER
    ):
        pass


if __name__ == "__main__":
    post_order(7)
    consume()
    report()
