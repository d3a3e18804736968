# instrumentors: threading,asyncio
# python: 3.10+
# tree: POST /batch <- (root)
# tree: handle row <- POST /batch
# tree: handle row <- POST /batch
import queue
import threading

from tracing import report, tracer

rows = queue.Queue()


def work():
    for row in iter(rows.get, None):
        with tracer.start_as_current_span("handle row") as span:
            span.set_attribute("row", row)


if __name__ == "__main__":
    with tracer.start_as_current_span("POST /batch"):
        worker = threading.Thread(target=work)
        worker.start()
        for row in (1, 2, None):
            rows.put(row)
        worker.join()
    report()
