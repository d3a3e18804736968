# code: CTX703
# span: -
from opentelemetry import context
from tracing import report, tracer

token = None
with tracer.start_as_current_span("POST /orders"):
    context.detach(token)  # <- detached
report()
