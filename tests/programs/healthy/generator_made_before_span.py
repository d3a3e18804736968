# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /rows <- (root)
# tree: read row <- GET /rows
# tree: read row <- GET /rows
from tracing import report, tracer


def rows():
    for row in range(2):
        with tracer.start_as_current_span("read row"):
            pass
        yield row


if __name__ == "__main__":
    lazy = rows()
    with tracer.start_as_current_span("GET /rows"):
        assert list(lazy) == [0, 1]
    report()
