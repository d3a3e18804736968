# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /crawl <- (root)
# tree: fetch page <- POST /crawl
# tree: fetch page <- POST /crawl
from multiprocessing.pool import ThreadPool

from opentelemetry import trace
from tracing import report, tracer


def fetch(page, parent):
    with trace.use_span(parent), tracer.start_as_current_span("fetch page"):
        return page


if __name__ == "__main__":
    with ThreadPool(2) as pool:
        with tracer.start_as_current_span("POST /crawl") as crawl:
            pool.starmap(fetch, [("/a", crawl), ("/b", crawl)])
    report()
