# family: parent_lost
# boundary: threading.Thread.start
# orphan: charge card
# expected parent: POST /orders
# instrumentors: none
# python: 3.10+
import threading

from tracing import report, tracer


def charge(order):
    with tracer.start_as_current_span("charge card") as span:  # <- orphan
        span.set_attribute("order", order)


def create_order(order):
    with tracer.start_as_current_span("POST /orders"):
        worker = threading.Thread(target=charge, args=(order,))
        worker.start()  # <- lost here
        worker.join()


if __name__ == "__main__":
    create_order(7)
    report()
