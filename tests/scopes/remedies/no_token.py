# remedy: CTX703
from opentelemetry import trace
from tracing import report, tracer


def work(number):
    with tracer.start_as_current_span("work"):
        print("order", number)


args = (7,)
span = tracer.start_span("POST /orders")
origin = trace.set_span_in_context(span)
# hand-off
from opentelemetry import context

token = None
context.attach(origin)
try:
    work(*args)
finally:
    context.detach(token)
# end of hand-off
span.end()
report()
