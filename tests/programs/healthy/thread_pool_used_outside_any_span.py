# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: fetch page <- (root)
# tree: fetch page <- (root)
# tree: start up <- (root)
from multiprocessing.pool import ThreadPool

from tracing import report, tracer


def fetch(page):
    with tracer.start_as_current_span("fetch page"):
        return page


if __name__ == "__main__":
    with ThreadPool(2) as pool:
        with tracer.start_as_current_span("start up"):
            pages = ["/a", "/b"]
        pool.map(fetch, pages)
    report()
