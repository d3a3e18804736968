# boundary: threading.Thread.start
# orphan: send receipt
# expected parent: POST /orders
# instrumentors: none
# python: 3.10+
import threading

from tracing import report, tracer

responded = threading.Event()


def send_receipt(address):
    responded.wait()
    with tracer.start_as_current_span("send receipt") as span:  # <- orphan
        span.set_attribute("address", address)


def create_order(address):
    with tracer.start_as_current_span("POST /orders"):
        mailer = threading.Thread(target=send_receipt, args=(address,))
        mailer.start()  # <- lost here
    responded.set()
    return mailer


if __name__ == "__main__":
    create_order("ada@example.org").join()
    report()
