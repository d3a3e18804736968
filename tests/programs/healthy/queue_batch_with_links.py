# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /a <- (root)
# tree: POST /b <- (root)
# tree: write batch <- (root)
import queue
import threading

from opentelemetry.context import Context
from opentelemetry.trace import Link, get_current_span
from tracing import report, tracer

rows = queue.Queue()


def write_batch():
    links = [Link(rows.get()) for _ in range(2)]
    with tracer.start_as_current_span("write batch", context=Context(), links=links):
        pass


if __name__ == "__main__":
    writer = threading.Thread(target=write_batch)
    writer.start()
    for path in ("/a", "/b"):
        with tracer.start_as_current_span(f"POST {path}"):
            rows.put(get_current_span().get_span_context())
    writer.join()
    report()
