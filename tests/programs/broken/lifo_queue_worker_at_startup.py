# family: parent_lost
# boundary: queue.LifoQueue.put
# orphan: undo step
# expected parent: POST /undo
# instrumentors: none | threading,asyncio
# python: 3.10+
import queue
import threading

from tracing import report, tracer

steps = queue.LifoQueue()


def work():
    for _ in range(2):
        step = steps.get()
        with tracer.start_as_current_span("undo step") as span:  # <- orphan
            span.set_attribute("step", step)
        steps.task_done()


def undo(numbers):
    with tracer.start_as_current_span("POST /undo"):
        for number in numbers:
            steps.put(number)  # <- lost here
        steps.join()


if __name__ == "__main__":
    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    undo([1, 2])
    worker.join()
    report()
