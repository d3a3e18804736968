# code: CTX701
# span: read rows
import threading

from opentelemetry import context, trace
from tracing import report, tracer


def rows():
    span = tracer.start_span("read rows")
    token = context.attach(trace.set_span_in_context(span))  # <- attached
    try:
        yield 1  # <- yield
    finally:
        context.detach(token)  # <- detached
        span.end()


reading = rows()
print(next(reading))
thread = threading.Thread(target=reading.close)
thread.start()
thread.join()
report()
