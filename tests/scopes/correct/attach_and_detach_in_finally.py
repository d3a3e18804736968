from opentelemetry import context, trace
from tracing import report, tracer


def handle(path):
    span = tracer.start_span(path)
    token = context.attach(trace.set_span_in_context(span))
    try:
        with tracer.start_as_current_span("work"):
            pass
    finally:
        span.end()
        context.detach(token)


handle("GET /1")
handle("GET /2")
report()
