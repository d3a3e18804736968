# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /first <- (root)
# tree: close file <- GET /first
# tree: read line <- GET /first
# tree: render <- GET /first
from contextlib import closing

from tracing import report, tracer


def lines():
    try:
        while True:
            with tracer.start_as_current_span("read line"):
                line = "apples 7"
            yield line
    finally:
        with tracer.start_as_current_span("close file"):
            pass


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /first"):
        with closing(lines()) as rows:
            next(rows)
        with tracer.start_as_current_span("render"):
            pass
    report()
