# instrumentors: threading,asyncio
# python: 3.10+
# tree: POST /crawl <- (root)
# tree: fetch page <- POST /crawl
# tree: fetch page <- POST /crawl
from multiprocessing.pool import ThreadPool

from tracing import report, tracer


def fetch(page):
    with tracer.start_as_current_span("fetch page"):
        return page


if __name__ == "__main__":
    with tracer.start_as_current_span("POST /crawl"):
        with ThreadPool(2) as pool:
            pool.map(fetch, ["/a", "/b"])
    report()
