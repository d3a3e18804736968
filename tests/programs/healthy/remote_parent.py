# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /stock <- (remote)
# tree: query stock <- GET /stock
import threading

from opentelemetry import context
from opentelemetry.propagate import extract
from tracing import report, tracer

HEADERS = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}


def handle(headers):
    token = context.attach(extract(headers))
    try:
        with (
            tracer.start_as_current_span("GET /stock"),
            tracer.start_as_current_span("query stock"),
        ):
            pass
    finally:
        context.detach(token)


if __name__ == "__main__":
    handler = threading.Thread(target=handle, args=(HEADERS,))
    handler.start()
    handler.join()
    report()
