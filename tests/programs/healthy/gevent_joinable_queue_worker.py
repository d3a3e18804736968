# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: gevent
# tree: POST /orders <- (root)
# tree: send mail <- POST /orders
import gevent
from gevent.queue import JoinableQueue
from opentelemetry import context
from tracing import report, tracer

mails = JoinableQueue(maxsize=1)


def work():
    for message in mails:
        mail, origin = message
        with tracer.start_as_current_span("send mail", context=origin) as span:
            span.set_attribute("mail", mail)
        mails.task_done()


if __name__ == "__main__":
    gevent.spawn(work)
    with tracer.start_as_current_span("POST /orders"):
        mails.put(("order 7", context.get_current()))
    mails.join()
    mails.put(StopIteration)
    gevent.wait()
    report()
