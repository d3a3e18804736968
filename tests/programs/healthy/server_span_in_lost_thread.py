# instrumentors: none
# python: 3.10+
# tree: GET /status <- (root)
# tree: read status <- GET /status
# tree: start up <- (root)
import threading

from opentelemetry.trace import SpanKind
from tracing import report, tracer


def serve_one():
    with tracer.start_as_current_span("GET /status", kind=SpanKind.SERVER):
        with tracer.start_as_current_span("read status"):
            pass


if __name__ == "__main__":
    with tracer.start_as_current_span("start up"):
        server = threading.Thread(target=serve_one)
        server.start()
        server.join()
    report()
