# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /stock <- (root)
# tree: query warehouse <- GET /stock
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from tracing import report, tracer

requests = ThreadPoolExecutor(max_workers=1)
queries = ThreadPoolExecutor(max_workers=1)


def query(warehouse):
    with tracer.start_as_current_span("query warehouse"):
        return len(warehouse)


def count_stock(warehouse):
    return queries.submit(copy_context().run, query, warehouse).result()


def get_stock():
    with tracer.start_as_current_span("GET /stock"):
        return requests.submit(copy_context().run, count_stock, "north").result()


if __name__ == "__main__":
    get_stock()
    report()
