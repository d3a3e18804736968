# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: process order <- send order
# tree: send order <- (root)
import queue
import threading

from opentelemetry.propagate import extract, inject
from opentelemetry.trace import SpanKind
from tracing import report, tracer

KNOWN = {"content-type", "tenant", "traceparent"}
inbox, outbox = queue.Queue(), queue.Queue()


def bridge():
    headers, body = inbox.get()
    kept = {name: value for name, value in headers.items() if name in KNOWN}
    outbox.put((kept, body))


def consume():
    headers, _ = outbox.get()
    attributes = {"tenant": headers["tenant"]}
    options = {"context": extract(headers), "kind": SpanKind.CONSUMER}
    with tracer.start_as_current_span("process order", **options) as span:
        span.set_attributes(attributes)


if __name__ == "__main__":
    workers = [threading.Thread(target=bridge), threading.Thread(target=consume)]
    for worker in workers:
        worker.start()
    with tracer.start_as_current_span("send order", kind=SpanKind.PRODUCER):
        message = {"content-type": "text/plain", "tenant": "north"}
        inject(message)
        inbox.put((message, "order 7"))
    for worker in workers:
        worker.join()
    report()
