# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: charge card <- POST /orders
import threading
from contextvars import copy_context

from tracing import report, tracer


def charge(order):
    with tracer.start_as_current_span("charge card") as span:
        span.set_attribute("order", order)


def create_order(order):
    with tracer.start_as_current_span("POST /orders"):
        worker = threading.Thread(target=copy_context().run, args=(charge, order))
        worker.start()
        worker.join()


if __name__ == "__main__":
    create_order(7)
    report()
