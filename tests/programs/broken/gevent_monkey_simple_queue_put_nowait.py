# family: parent_lost
# boundary: queue.SimpleQueue.put_nowait
# orphan: send mail
# expected parent: POST /orders
# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: gevent
from gevent import monkey

monkey.patch_all()

import queue  # noqa: E402
import threading  # noqa: E402

from tracing import report, tracer  # noqa: E402

mails = queue.SimpleQueue()


def work():
    while (mail := mails.get()) is not None:
        with tracer.start_as_current_span("send mail") as span:  # <- orphan
            span.set_attribute("mail", mail)


if __name__ == "__main__":
    worker = threading.Thread(target=work)
    worker.start()
    with tracer.start_as_current_span("POST /orders"):
        mails.put_nowait("order 7")  # <- lost here
    mails.put(None)
    worker.join()
    report()
