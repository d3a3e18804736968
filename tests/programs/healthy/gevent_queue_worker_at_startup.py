# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: gevent
# tree: POST /orders <- (root)
# tree: send mail <- POST /orders
import gevent
from gevent.queue import Queue
from opentelemetry import context
from tracing import report, tracer

mails = Queue()


def work():
    while (message := mails.get()) is not None:
        mail, origin = message
        with tracer.start_as_current_span("send mail", context=origin) as span:
            span.set_attribute("mail", mail)


if __name__ == "__main__":
    worker = gevent.spawn(work)
    with tracer.start_as_current_span("POST /orders"):
        mails.put(("order 7", context.get_current()))
    mails.put(None)
    worker.get()
    report()
