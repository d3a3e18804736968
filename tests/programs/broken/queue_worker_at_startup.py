# family: parent_lost
# boundary: queue.Queue.put
# orphan: send mail
# expected parent: POST /orders
# instrumentors: none | threading,asyncio
# python: 3.10+
import queue
import threading

from tracing import report, tracer

mails = queue.Queue()


def work():
    while (mail := mails.get()) is not None:
        with tracer.start_as_current_span("send mail") as span:  # <- orphan
            span.set_attribute("mail", mail)


def create_order(number):
    with tracer.start_as_current_span("POST /orders"):
        mails.put(f"order {number}")  # <- lost here


if __name__ == "__main__":
    worker = threading.Thread(target=work)
    worker.start()
    create_order(7)
    mails.put(None)
    worker.join()
    report()
