# family: parent_lost
# boundary: gevent.queue.Queue.put
# orphan: send mail
# expected parent: POST /orders
# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: gevent
import gevent
from gevent.queue import JoinableQueue
from tracing import report, tracer

mails = JoinableQueue(maxsize=1)


def work():
    for mail in mails:
        with tracer.start_as_current_span("send mail") as span:  # <- orphan
            span.set_attribute("mail", mail)
        mails.task_done()


if __name__ == "__main__":
    gevent.spawn(work)
    with tracer.start_as_current_span("POST /orders"):
        mails.put("order 7")  # <- lost here
    mails.join()
    mails.put(StopIteration)
    gevent.wait()
    report()
