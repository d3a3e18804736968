# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /basket <- (root)
# tree: fetch price <- GET /basket
# tree: fetch price <- GET /basket
# tree: fetch price <- GET /basket
from concurrent.futures import ThreadPoolExecutor

from opentelemetry import context
from tracing import report, tracer


def fetch_price(item):
    with tracer.start_as_current_span("fetch price"):
        return len(item)


def carried(function):
    """Run *function* in the context that is current now."""
    caller = context.get_current()

    def run(*args):
        token = context.attach(caller)
        try:
            return function(*args)
        finally:
            context.detach(token)

    return run


def get_basket(items):
    with tracer.start_as_current_span("GET /basket"), ThreadPoolExecutor(2) as pool:
        return sum(pool.map(carried(fetch_price), items))


if __name__ == "__main__":
    get_basket(["cup", "plate", "spoon"])
    report()
