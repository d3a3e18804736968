# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: greenlet
# tree: GET /rows <- (root)
# tree: read row <- GET /rows
# tree: read row <- GET /rows
from contextvars import copy_context

from greenlet import getcurrent, greenlet
from tracing import report, tracer


class Reader:
    def __init__(self):
        self.worker = greenlet(self.run)
        self.worker.switch()

    def run(self):
        while row := getcurrent().parent.switch():
            with tracer.start_as_current_span("read row") as span:
                span.set_attribute("row", row)

    def read(self, row):
        self.worker.gr_context = copy_context()
        self.worker.switch(row)


if __name__ == "__main__":
    reader = Reader()
    with tracer.start_as_current_span("GET /rows"):
        for row in (1, 2):
            reader.read(row)
    reader.worker.switch(None)
    report()
