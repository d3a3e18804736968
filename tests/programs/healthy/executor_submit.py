# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: charge card <- POST /orders
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from tracing import report, tracer

pool = ThreadPoolExecutor(max_workers=2)


def charge(order):
    with tracer.start_as_current_span("charge card"):
        return f"paid {order}"


def create_order(order):
    with tracer.start_as_current_span("POST /orders"):
        receipt = pool.submit(copy_context().run, charge, order)
        return receipt.result()


if __name__ == "__main__":
    create_order(7)
    report()
