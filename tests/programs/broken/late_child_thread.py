# family: late_child
# boundary: threading.Thread.start
# orphan: send receipt
# actual parent: POST /orders
# expected parent: POST /orders
# instrumentors: threading,asyncio
# otherwise: still lost, unproven
# python: 3.10+
import threading

from tracing import report, tracer

responded = threading.Event()


def send_receipt():
    responded.wait()
    with tracer.start_as_current_span("send receipt"):  # <- orphan
        pass


def post_order():
    with tracer.start_as_current_span("POST /orders"):
        mail = threading.Thread(target=send_receipt)
        mail.start()  # <- inherited here
    responded.set()
    mail.join()


if __name__ == "__main__":
    post_order()
    report()
