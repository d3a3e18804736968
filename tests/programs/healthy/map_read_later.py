# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /prices <- (root)
# tree: convert price <- GET /prices
# tree: convert price <- GET /prices
from tracing import report, tracer


def convert(price):
    with tracer.start_as_current_span("convert price"):
        return price * 2


def get_prices():
    with tracer.start_as_current_span("GET /prices"):
        return list(map(convert, [1, 2]))


if __name__ == "__main__":
    assert sum(get_prices()) == 6
    report()
