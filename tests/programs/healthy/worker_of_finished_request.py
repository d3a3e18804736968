# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /orders <- (root)
# tree: clean cache <- (root)
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

pool = ThreadPoolExecutor(max_workers=1)


def clean_cache():
    with tracer.start_as_current_span("clean cache"):
        pass


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /orders"):
        pool.submit(str.upper, "order 7").result()
    pool.submit(clean_cache).result()
    report()
