from opentelemetry import trace
from tracing import report, tracer

with tracer.start_as_current_span("POST /orders", end_on_exit=False) as span:
    with tracer.start_as_current_span("work"):
        pass
    span.end()
request = tracer.start_span("GET /orders")
with trace.use_span(request):
    pass
with trace.use_span(request, end_on_exit=True):
    with tracer.start_as_current_span("render"):
        pass
with tracer.start_as_current_span("after"):
    pass
report()
