# remedy: CTX701 generator
import threading

from opentelemetry import trace
from tracing import report, tracer


def work(number):
    yield from range(number)


def handle(row):
    with tracer.start_as_current_span("handle"):
        return row


# hand-off
def rows(*args):
    with tracer.start_as_current_span("read rows"):
        for row in work(*args):
            yield handle(row)


# end of hand-off


reading = rows(7)
print(next(reading))
thread = threading.Thread(target=reading.close)
thread.start()
thread.join()
report()
