# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: send mail <- POST /orders
import multiprocessing

from opentelemetry.propagate import extract, inject
from tracing import finished, report, tracer


def work(mails, home):
    for mail, carrier in iter(mails.get, None):
        with tracer.start_as_current_span("send mail", context=extract(carrier)) as span:
            span.set_attribute("mail", mail)
        mails.task_done()
    home.put(finished())
    mails.task_done()


def main():
    processes = multiprocessing.get_context("spawn")
    mails, home = processes.JoinableQueue(), processes.Queue()
    worker = processes.Process(target=work, args=(mails, home))
    worker.start()
    with tracer.start_as_current_span("POST /orders"):
        carrier = {}
        inject(carrier)
        mails.put_nowait(("order 7", carrier))
        mails.join()
    mails.put(None)
    spans = home.get()
    worker.join()
    return spans


if __name__ == "__main__":
    report(main())
