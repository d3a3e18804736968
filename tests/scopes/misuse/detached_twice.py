# code: CTX702
# span: -
from opentelemetry import context, trace
from tracing import report, tracer

span = tracer.start_span("POST /orders")
token = context.attach(trace.set_span_in_context(span))  # <- attached
context.detach(token)
context.detach(token)  # <- detached
span.end()
report()
