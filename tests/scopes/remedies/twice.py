# remedy: CTX702
from opentelemetry import context, trace
from tracing import report, tracer


def work(number):
    print("order", number)


args = (7,)
# hand-off
span = tracer.start_span("POST /orders")
token = context.attach(trace.set_span_in_context(span))
work(*args)
context.detach(token)
context.detach(token)
span.end()
# end of hand-off
report()
