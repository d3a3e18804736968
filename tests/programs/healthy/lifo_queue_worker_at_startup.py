# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /undo <- (root)
# tree: undo step <- POST /undo
# tree: undo step <- POST /undo
import queue
import threading

from opentelemetry import trace
from tracing import report, tracer

steps = queue.LifoQueue()


def work():
    for _ in range(2):
        parent, step = steps.get()
        origin = trace.set_span_in_context(parent)
        with tracer.start_as_current_span("undo step", context=origin) as span:
            span.set_attribute("step", step)
        steps.task_done()


def undo(numbers):
    with tracer.start_as_current_span("POST /undo"):
        for number in numbers:
            steps.put((trace.get_current_span(), number))
        steps.join()


if __name__ == "__main__":
    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    undo([1, 2])
    worker.join()
    report()
