# family: parent_lost
# boundary: threading.Thread.start
# orphan: nightly job
# expected parent: POST /jobs
# instrumentors: none
# python: 3.10+
import threading

from tracing import report, tracer


class CountedThread(threading.Thread):
    runs = 0

    def run(self):
        CountedThread.runs += 1
        super().run()


def job():
    with tracer.start_as_current_span("nightly job"):  # <- orphan
        pass


def post_job():
    with tracer.start_as_current_span("POST /jobs"):
        thread = CountedThread(target=job)
        thread.start()  # <- lost here
        thread.join()


if __name__ == "__main__":
    post_job()
    report()
