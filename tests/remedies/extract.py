# remedy: propagate.extract
from collections import deque

from opentelemetry.propagate import extract
from opentelemetry.trace import SpanKind
from tracing import report, tracer

topic = deque()


def send(headers, *args):
    topic.append((headers, args))


def create_order(*args):
    with tracer.start_as_current_span("POST /orders", kind=SpanKind.PRODUCER):
        headers = {"content-type": "text/plain"}
        # hand-off
        send(headers, *args)
        # end of hand-off


def consume():
    headers, args = topic.popleft()
    options = {"context": extract(headers), "kind": SpanKind.CONSUMER}
    with tracer.start_as_current_span("process order", **options):
        print(f"processed {args}")


if __name__ == "__main__":
    create_order(7, 120)
    consume()
    report()
