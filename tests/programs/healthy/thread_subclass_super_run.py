# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /jobs <- (root)
# tree: nightly job <- POST /jobs
import threading
from contextvars import copy_context

from tracing import report, tracer


class TracedThread(threading.Thread):
    def start(self):
        self.copied = copy_context()
        super().start()

    def run(self):
        self.copied.run(self.run_traced)

    def run_traced(self):
        with tracer.start_as_current_span("nightly job"):
            super().run()


def post_job(job):
    with tracer.start_as_current_span("POST /jobs"):
        thread = TracedThread(target=job)
        thread.start()
        thread.join()


if __name__ == "__main__":
    post_job([].clear)
    report()
