# family: parent_lost
# boundary: ThreadPool.map
# orphan: fetch page
# expected parent: POST /crawl
# instrumentors: none | threading,asyncio
# python: 3.10+
from multiprocessing.pool import ThreadPool

from tracing import report, tracer


def fetch(page):
    with tracer.start_as_current_span("fetch page"):  # <- orphan
        return page


if __name__ == "__main__":
    with ThreadPool(2) as pool:
        with tracer.start_as_current_span("POST /crawl"):
            pool.map(fetch, ["/a", "/b"])  # <- lost here
    report()
