# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /printers <- (root)
# tree: POST /labels <- (root)
# tree: print label <- POST /labels
import queue
import threading

from opentelemetry import context
from tracing import report, tracer

labels = queue.PriorityQueue()


def print_labels():
    while (job := labels.get()) is not None:
        _, label, origin = job
        with tracer.start_as_current_span("print label", context=origin) as span:
            span.set_attribute("label", label)
        labels.task_done()


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /printers"):
        printer = threading.Thread(target=print_labels)
        printer.start()
    with tracer.start_as_current_span("POST /labels"):
        labels.put((1, "fragile", context.get_current()))
    labels.join()
    labels.put(None)
    printer.join()
    report()
