# family: parent_lost
# boundary: ThreadPool.apply_async
# orphan: report failure
# expected parent: POST /sums
# instrumentors: none | threading,asyncio
# python: 3.10+
import threading
from multiprocessing.pool import ThreadPool

from tracing import report, tracer

reported = threading.Event()


def report_failure(error):
    with tracer.start_as_current_span("report failure") as span:  # <- orphan
        span.record_exception(error)
    reported.set()


if __name__ == "__main__":
    with ThreadPool(1) as pool:
        with tracer.start_as_current_span("POST /sums"):
            pool.apply_async(int, ("x",), error_callback=report_failure)  # <- lost here
            reported.wait()
    report()
