# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /jobs <- (root)
# tree: nightly job <- POST /jobs
import threading
from contextvars import copy_context

from tracing import report, tracer


class CountedThread(threading.Thread):
    runs = 0

    def run(self):
        CountedThread.runs += 1
        super().run()


def job():
    with tracer.start_as_current_span("nightly job"):
        pass


def post_job():
    with tracer.start_as_current_span("POST /jobs"):
        thread = CountedThread(target=copy_context().run, args=(job,))
        thread.start()
        thread.join()


if __name__ == "__main__":
    post_job()
    report()
