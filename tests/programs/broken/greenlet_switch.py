# family: parent_lost
# boundary: greenlet.switch
# orphan: read row
# expected parent: GET /rows
# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: greenlet

from greenlet import greenlet
from tracing import report, tracer


def read():
    with tracer.start_as_current_span("read row"):  # <- orphan
        pass


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /rows"):
        reader = greenlet(read)
        reader.switch()  # <- lost here
    report()
