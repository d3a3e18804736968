# family: parent_lost
# boundary: threading.Thread.start
# orphan: send receipt
# expected parent: POST /orders
# instrumentors: none
# python: 3.10+
import threading

from tracing import report, tracer

sending = threading.Event()
responded = threading.Event()


def send_receipt():
    with tracer.start_as_current_span("send receipt"):  # <- orphan
        sending.set()
        responded.wait()


def create_order():
    with tracer.start_as_current_span("POST /orders"):
        mailer = threading.Thread(target=send_receipt)
        mailer.start()  # <- lost here
        sending.wait()
    responded.set()
    return mailer


if __name__ == "__main__":
    create_order().join()
    report()
