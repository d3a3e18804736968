# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /rows <- (root)
# tree: send body <- (root)
from tracing import report, tracer


def rows():
    with tracer.start_as_current_span("GET /rows"):
        return (f"row {number}\n" for number in range(2))


if __name__ == "__main__":
    body = rows()
    with tracer.start_as_current_span("send body"):
        assert "".join(body) == "row 0\nrow 1\n"
    report()
