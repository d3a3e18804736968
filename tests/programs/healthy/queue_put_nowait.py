# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: send mail <- POST /orders
import queue
import threading

from opentelemetry import context
from tracing import report, tracer

mails = queue.Queue()


def work():
    while (message := mails.get()) is not None:
        mail, origin = message
        with tracer.start_as_current_span("send mail", context=origin) as span:
            span.set_attribute("mail", mail)


if __name__ == "__main__":
    worker = threading.Thread(target=work)
    worker.start()
    with tracer.start_as_current_span("POST /orders"):
        mails.put_nowait(("order 7", context.get_current()))
    mails.put(None)
    worker.join()
    report()
