# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: greenlet
# tree: GET /rows <- (root)
# tree: read row <- GET /rows
from contextvars import copy_context

from greenlet import greenlet
from tracing import report, tracer


def read():
    with tracer.start_as_current_span("read row"):
        pass


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /rows"):
        reader = greenlet(read)
        reader.gr_context = copy_context()
        reader.switch()
    report()
