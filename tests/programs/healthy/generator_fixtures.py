# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: drop table <- (root)
# tree: insert row <- test insert
# tree: make table <- (root)
# tree: test insert <- (root)
from tracing import report, tracer


def table():
    with tracer.start_as_current_span("make table"):
        rows = []
    yield rows
    with tracer.start_as_current_span("drop table"):
        rows.clear()


def insert(rows):
    with tracer.start_as_current_span("insert row"):
        rows.append(7)


if __name__ == "__main__":
    fixture = table()
    rows = next(fixture)
    with tracer.start_as_current_span("test insert"):
        insert(rows)
    assert next(fixture, None) is None
    report()
