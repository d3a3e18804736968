# family: parent_lost
# boundary: map
# orphan: convert price
# expected parent: GET /prices
# instrumentors: none | threading,asyncio
# python: 3.10+
from tracing import report, tracer


def convert(price):
    with tracer.start_as_current_span("convert price"):  # <- orphan
        return price * 2


def get_prices():
    with tracer.start_as_current_span("GET /prices"):
        return map(convert, [1, 2])  # <- lost here


if __name__ == "__main__":
    assert sum(get_prices()) == 6
    report()
