# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: handle message <- (remote)
# tree: start up <- (root)
import threading

from opentelemetry.propagate import extract
from tracing import report, tracer

HEADERS = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}


def consume(headers):
    with tracer.start_as_current_span("handle message", context=extract(headers)):
        pass


if __name__ == "__main__":
    with tracer.start_as_current_span("start up"):
        consumer = threading.Thread(target=consume, args=(HEADERS,))
        consumer.start()
        consumer.join()
    report()
