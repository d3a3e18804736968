# remedy: CTX704
from opentelemetry import context, trace
from tracing import report, tracer


def work(number):
    print("order", number)


args = (7,)
# hand-off
outer = tracer.start_span("POST /orders")
first = context.attach(trace.set_span_in_context(outer))
inner = tracer.start_span("inner")
second = context.attach(trace.set_span_in_context(inner))
work(*args)
context.detach(first)
outer.end()
context.detach(second)
inner.end()
# end of hand-off
with tracer.start_as_current_span("next"):
    pass
report()
