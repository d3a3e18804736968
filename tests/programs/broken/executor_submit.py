# family: parent_lost
# boundary: ThreadPoolExecutor.submit
# orphan: charge card
# expected parent: POST /orders
# instrumentors: none
# python: 3.10+
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

pool = ThreadPoolExecutor(max_workers=2)


def charge(order):
    with tracer.start_as_current_span("charge card"):  # <- orphan
        return f"paid {order}"


def create_order(order):
    with tracer.start_as_current_span("POST /orders"):
        receipt = pool.submit(charge, order)  # <- lost here
        return receipt.result()


if __name__ == "__main__":
    create_order(7)
    report()
