# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: charge card <- POST /orders
import threading

from opentelemetry import trace
from tracing import report, tracer


def charge(parent):
    tracer.start_span("charge card", context=trace.set_span_in_context(parent)).end()


if __name__ == "__main__":
    with tracer.start_as_current_span("POST /orders") as span:
        worker = threading.Thread(target=charge, args=(span,))
        worker.start()
        worker.join()
    report()
