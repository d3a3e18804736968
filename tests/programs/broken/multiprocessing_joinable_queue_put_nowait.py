# family: parent_lost
# boundary: multiprocessing.JoinableQueue.put_nowait
# orphan: send mail
# expected parent: POST /orders
# instrumentors: none | threading,asyncio
# python: 3.10+
import multiprocessing

from tracing import finished, report, tracer


def work(mails, home):
    for mail in iter(mails.get, None):
        with tracer.start_as_current_span("send mail") as span:  # <- orphan
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
        mails.put_nowait("order 7")  # <- lost here
        mails.join()
    mails.put(None)
    spans = home.get()
    worker.join()
    return spans


if __name__ == "__main__":
    report(main())
