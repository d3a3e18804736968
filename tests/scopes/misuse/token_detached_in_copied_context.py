# code: CTX701
# span: POST /orders
import contextvars

from opentelemetry import context, trace
from tracing import report, tracer


def finish(token):
    context.detach(token)  # <- detached


span = tracer.start_span("POST /orders")
token = context.attach(trace.set_span_in_context(span))  # <- attached
contextvars.copy_context().run(finish, token)
span.end()
report()
