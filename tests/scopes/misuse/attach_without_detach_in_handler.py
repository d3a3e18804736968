# code: CTX705
# span: GET /1
# orphan: GET /2
from opentelemetry import context, trace
from tracing import report, tracer


def handle(path):
    span = tracer.start_span(path)  # <- orphan
    context.attach(trace.set_span_in_context(span))  # <- attached
    span.end()


handle("GET /1")
handle("GET /2")
report()
