# family: parent_lost
# boundary: threading.Thread.start
# orphan: nightly job
# expected parent: POST /jobs
# instrumentors: none | threading,asyncio
# python: 3.10+
import threading

from tracing import report, tracer


class TracedThread(threading.Thread):
    def run(self):
        with tracer.start_as_current_span("nightly job"):  # <- orphan
            super().run()


def post_job(job):
    with tracer.start_as_current_span("POST /jobs"):
        thread = TracedThread(target=job)
        thread.start()  # <- lost here
        thread.join()


if __name__ == "__main__":
    post_job([].clear)
    report()
