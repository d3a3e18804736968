# family: parent_stale
# boundary: queue.LifoQueue.put
# orphan: print label
# actual parent: GET /printers
# expected parent: POST /labels
# instrumentors: threading,asyncio
# otherwise: still lost
# python: 3.10+
import queue
import threading

from tracing import report, tracer

labels = queue.LifoQueue()


def print_labels():
    while (job := labels.get()) is not None:
        _, label = job
        with tracer.start_as_current_span("print label") as span:  # <- orphan
            span.set_attribute("label", label)
        labels.task_done()


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /printers"):
        printer = threading.Thread(target=print_labels)
        printer.start()  # <- inherited here
    with tracer.start_as_current_span("POST /labels"):
        labels.put((1, "fragile"))  # <- lost here
    labels.join()
    labels.put(None)
    printer.join()
    report()
