# family: parent_lost
# boundary: gevent.queue.Queue.put
# orphan: send mail
# expected parent: POST /orders
# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: gevent
import gevent
from gevent.queue import Queue
from tracing import report, tracer

mails = Queue()


def work():
    while (mail := mails.get()) is not None:
        with tracer.start_as_current_span("send mail") as span:  # <- orphan
            span.set_attribute("mail", mail)


if __name__ == "__main__":
    worker = gevent.spawn(work)
    with tracer.start_as_current_span("POST /orders"):
        mails.put("order 7")  # <- lost here
    mails.put(None)
    worker.get()
    report()
