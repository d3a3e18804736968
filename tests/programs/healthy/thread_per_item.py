# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: reserve item <- POST /orders
# tree: reserve item <- POST /orders
# tree: reserve item <- POST /orders
import threading
from contextvars import copy_context

from tracing import report, tracer


def reserve(item):
    with tracer.start_as_current_span("reserve item") as span:
        span.set_attribute("item", item)


def create_order(items):
    with tracer.start_as_current_span("POST /orders"):
        # One copy each: a Context can be entered by one thread at a time.
        workers = [
            threading.Thread(target=copy_context().run, args=(reserve, item)) for item in items
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()


if __name__ == "__main__":
    create_order(["cup", "plate", "spoon"])
    report()
