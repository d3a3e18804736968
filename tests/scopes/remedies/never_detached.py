# remedy: CTX705
from opentelemetry import context, trace
from tracing import report, tracer


def work(number):
    print("order", number)


def request(*args):
    # hand-off
    span = tracer.start_span("POST /orders")
    context.attach(trace.set_span_in_context(span))
    work(*args)
    span.end()
    # end of hand-off


request(7)
with tracer.start_as_current_span("next"):
    pass
report()
