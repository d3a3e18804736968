# family: parent_lost
# boundary: generator
# orphan: format row
# expected parent: GET /export
# instrumentors: none | threading,asyncio
# python: 3.10+
from tracing import report, tracer


def rows():
    for number in range(2):
        with tracer.start_as_current_span("format row"):  # <- orphan
            row = f"{number};apples\n"
        yield row


def get_export():
    with tracer.start_as_current_span("GET /export"):
        return rows()  # <- lost here


if __name__ == "__main__":
    assert "".join(get_export()) == "0;apples\n1;apples\n"
    report()
