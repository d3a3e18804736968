# family: parent_lost
# boundary: queue.Queue.put
# orphan: refresh cache
# expected parent: PUT /a | PUT /b
# instrumentors: none | threading,asyncio
# python: 3.10+
import queue
import threading

from tracing import report, tracer

REFRESH = "refresh"
orders = queue.Queue()
both_open = threading.Barrier(2)


def work():
    for _ in range(2):
        order = orders.get()
        with tracer.start_as_current_span("refresh cache") as span:  # <- orphan
            span.set_attribute("order", order)


def handle(path):
    with tracer.start_as_current_span(f"PUT {path}"):
        both_open.wait()
        orders.put(REFRESH)  # <- lost here
        both_open.wait()


if __name__ == "__main__":
    handlers = [threading.Thread(target=handle, args=(path,)) for path in ("/a", "/b")]
    for handler in handlers:
        handler.start()
    for handler in handlers:
        handler.join()
    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    report()
