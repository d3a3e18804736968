# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: send mail <- POST /orders
import queue
import threading

from opentelemetry import context
from tracing import report, tracer

mails = queue.SimpleQueue()


def work():
    while (item := mails.get()) is not None:
        origin, mail = item
        token = context.attach(origin)
        with tracer.start_as_current_span("send mail") as span:
            span.set_attribute("mail", mail)
        context.detach(token)


def create_order(number):
    with tracer.start_as_current_span("POST /orders"):
        mails.put((context.get_current(), f"order {number}"))


if __name__ == "__main__":
    worker = threading.Thread(target=work)
    worker.start()
    create_order(7)
    mails.put(None)
    worker.join()
    report()
