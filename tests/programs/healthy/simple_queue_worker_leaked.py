# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /a <- (root)
# tree: GET /b <- (root)
# tree: GET /c <- (root)
# tree: write log line <- GET /b
# tree: write log line <- GET /c
import queue
import threading

from opentelemetry import trace
from tracing import report, tracer

lines = queue.SimpleQueue()


def write():
    for parent, line in iter(lines.get, ""):
        with trace.use_span(parent), tracer.start_as_current_span("write log line") as span:
            span.set_attribute("line", line)


def handle(path):
    with tracer.start_as_current_span(f"GET {path}"):
        lines.put((trace.get_current_span(), path))


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /a"):
        writer = threading.Thread(target=write)
        writer.start()
    handle("/b")
    handle("/c")
    lines.put("")
    writer.join()
    report()
