# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /sums <- (root)
# tree: report failure <- POST /sums
import threading
from contextvars import copy_context
from functools import partial
from multiprocessing.pool import ThreadPool

from tracing import report, tracer

reported = threading.Event()


def report_failure(error):
    with tracer.start_as_current_span("report failure") as span:
        span.record_exception(error)
    reported.set()


if __name__ == "__main__":
    with ThreadPool(1) as pool:
        with tracer.start_as_current_span("POST /sums"):
            report_here = partial(copy_context().run, report_failure)
            pool.apply_async(int, ("x",), error_callback=report_here)
            reported.wait()
    report()
