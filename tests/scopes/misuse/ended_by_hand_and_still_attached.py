# code: CTX706
# span: POST /orders
# orphan: send mail
from opentelemetry import context, trace
from tracing import report, tracer


def handle():
    span = tracer.start_span("POST /orders")
    token = context.attach(trace.set_span_in_context(span))  # <- attached
    span.end()
    with tracer.start_as_current_span("send mail"):  # <- orphan
        pass
    context.detach(token)


handle()
report()
