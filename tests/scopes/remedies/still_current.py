# remedy: CTX706
from opentelemetry import context, trace
from tracing import report, tracer


def work(number):
    with tracer.start_as_current_span("work"):
        print("order", number)


def request(*args):
    # hand-off
    span = tracer.start_span("POST /orders")
    token = context.attach(trace.set_span_in_context(span))
    span.end()
    with tracer.start_as_current_span("work"):
        print("order", *args)
    context.detach(token)
    # end of hand-off


request(7)
report()
