# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /export <- (root)
# tree: format row <- GET /export
# tree: format row <- GET /export
from tracing import report, tracer


def rows():
    for number in range(2):
        with tracer.start_as_current_span("format row"):
            row = f"{number};apples\n"
        yield row


def get_export():
    with tracer.start_as_current_span("GET /export"):
        return list(rows())


if __name__ == "__main__":
    assert "".join(get_export()) == "0;apples\n1;apples\n"
    report()
