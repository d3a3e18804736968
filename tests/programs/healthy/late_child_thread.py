# instrumentors: threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: send receipt <- POST /orders
import threading

from tracing import report, tracer

responded = threading.Event()


def send_receipt():
    with tracer.start_as_current_span("send receipt"):
        pass
    responded.set()


def post_order():
    with tracer.start_as_current_span("POST /orders"):
        mail = threading.Thread(target=send_receipt)
        mail.start()
        responded.wait()
    mail.join()


if __name__ == "__main__":
    post_order()
    report()
