# family: parent_lost
# boundary: ThreadPoolExecutor.map
# orphan: fetch price
# expected parent: GET /basket
# instrumentors: none
# python: 3.10+
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer


def fetch_price(item):
    with tracer.start_as_current_span("fetch price"):  # <- orphan
        return len(item)


def get_basket(items):
    with tracer.start_as_current_span("GET /basket"), ThreadPoolExecutor(2) as pool:
        return sum(pool.map(fetch_price, items))  # <- lost here


if __name__ == "__main__":
    get_basket(["cup", "plate", "spoon"])
    report()
