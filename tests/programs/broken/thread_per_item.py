# family: parent_lost
# boundary: threading.Thread.start
# orphan: reserve item
# expected parent: POST /orders
# instrumentors: none
# python: 3.10+
import threading

from tracing import report, tracer


def reserve(item):
    with tracer.start_as_current_span("reserve item") as span:  # <- orphan
        span.set_attribute("item", item)


def create_order(items):
    with tracer.start_as_current_span("POST /orders"):
        workers = [threading.Thread(target=reserve, args=(item,)) for item in items]
        for worker in workers:
            worker.start()  # <- lost here
        for worker in workers:
            worker.join()


if __name__ == "__main__":
    create_order(["cup", "plate", "spoon"])
    report()
