# family: parent_lost
# boundary: Pool.apply_async
# orphan: publish total
# expected parent: POST /sums
# instrumentors: none | threading,asyncio
# python: 3.10+
import multiprocessing
import threading

from tracing import report, tracer

published = threading.Event()


def publish(total):
    with tracer.start_as_current_span("publish total") as span:  # <- orphan
        span.set_attribute("total", total)
    published.set()


if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        with tracer.start_as_current_span("POST /sums"):
            pool.apply_async(sum, ([1, 2],), callback=publish)  # <- lost here
            published.wait()
    report()
