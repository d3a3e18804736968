# code: CTX703
# span: -
from contextvars import ContextVar

from opentelemetry import context
from tracing import report, tracer

user = ContextVar("user")
token = user.set("ann")
with tracer.start_as_current_span("POST /orders"):
    context.detach(token)  # <- detached
print(user.get())
report()
