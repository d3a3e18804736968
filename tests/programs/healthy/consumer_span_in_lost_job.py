# instrumentors: none
# python: 3.10+
# tree: process orders <- (root)
# tree: start up <- (root)
# tree: store order <- process orders
from concurrent.futures import ThreadPoolExecutor

from opentelemetry.trace import SpanKind
from tracing import report, tracer


def consume():
    with tracer.start_as_current_span("process orders", kind=SpanKind.CONSUMER):
        with tracer.start_as_current_span("store order"):
            pass


if __name__ == "__main__":
    with ThreadPoolExecutor(1) as pool, tracer.start_as_current_span("start up"):
        pool.submit(consume).result()
    report()
