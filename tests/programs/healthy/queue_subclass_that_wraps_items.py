# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /mail <- (root)
# tree: send mail <- POST /mail
import queue
import threading

from opentelemetry import context
from tracing import report, tracer


class TracedQueue(queue.Queue):
    def _put(self, item):
        super()._put((context.get_current(), item))


mails = TracedQueue()


def work():
    origin, mail = mails.get()
    with tracer.start_as_current_span("send mail", context=origin) as span:
        span.set_attribute("mail", mail)


if __name__ == "__main__":
    worker = threading.Thread(target=work)
    worker.start()
    with tracer.start_as_current_span("POST /mail"):
        mails.put("hello")
    worker.join()
    report()
