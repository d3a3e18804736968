# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: send receipt <- POST /orders
import threading
from contextvars import copy_context

from tracing import report, tracer

responded = threading.Event()


def send_receipt(address):
    responded.wait()
    with tracer.start_as_current_span("send receipt") as span:
        span.set_attribute("address", address)


def create_order(address):
    with tracer.start_as_current_span("POST /orders"):
        mailer = threading.Thread(target=copy_context().run, args=(send_receipt, address))
        mailer.start()
    responded.set()
    return mailer


if __name__ == "__main__":
    create_order("ada@example.org").join()
    report()
