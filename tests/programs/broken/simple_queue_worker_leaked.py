# family: parent_leaked
# boundary: queue.SimpleQueue.put
# orphan: write log line
# actual parent: GET /a
# expected parent: GET /b | GET /c
# instrumentors: threading,asyncio
# otherwise: still lost
# python: 3.10+
import queue
import threading

from tracing import report, tracer

lines = queue.SimpleQueue()


def write():
    for line in iter(lines.get, ""):
        with tracer.start_as_current_span("write log line") as span:  # <- orphan
            span.set_attribute("line", line)


def handle(path):
    with tracer.start_as_current_span(f"GET {path}"):
        lines.put(path)  # <- lost here


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /a"):
        writer = threading.Thread(target=write)
        writer.start()  # <- inherited here
    handle("/b")
    handle("/c")
    lines.put("")
    writer.join()
    report()
