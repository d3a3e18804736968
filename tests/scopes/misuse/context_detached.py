# code: CTX703
# span: -
from opentelemetry import context
from tracing import report, tracer

before = context.get_current()
with tracer.start_as_current_span("POST /orders"):
    pass
context.detach(before)  # <- detached
report()
