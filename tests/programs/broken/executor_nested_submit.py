# family: parent_lost
# boundary: ThreadPoolExecutor.submit
# orphan: query warehouse
# expected parent: GET /stock
# instrumentors: none
# python: 3.10+
# hops: ThreadPoolExecutor.submit > ThreadPoolExecutor.submit
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

requests = ThreadPoolExecutor(max_workers=1)
queries = ThreadPoolExecutor(max_workers=1)


def query(warehouse):
    with tracer.start_as_current_span("query warehouse"):  # <- orphan
        return len(warehouse)


def count_stock(warehouse):
    return queries.submit(query, warehouse).result()


def get_stock():
    with tracer.start_as_current_span("GET /stock"):
        return requests.submit(count_stock, "north").result()  # <- lost here


if __name__ == "__main__":
    get_stock()
    report()
