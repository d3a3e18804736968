# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: send receipt <- POST /orders
import threading

from opentelemetry import context
from tracing import report, tracer

sending = threading.Event()
responded = threading.Event()


def send_receipt(parent):
    with tracer.start_as_current_span("send receipt", context=parent):
        sending.set()
        responded.wait()


def create_order():
    with tracer.start_as_current_span("POST /orders"):
        mailer = threading.Thread(target=send_receipt, args=(context.get_current(),))
        mailer.start()
        sending.wait()
    responded.set()
    return mailer


if __name__ == "__main__":
    create_order().join()
    report()
