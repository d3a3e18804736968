# code: CTX702
# span: -
from opentelemetry import context, trace
from tracing import report, tracer


def handle(span):
    token = context.attach(trace.set_span_in_context(span))  # <- attached
    try:
        message = "no such order"
        raise KeyError(message)
    except KeyError as error:
        context.detach(token)
        print(error)
    finally:
        context.detach(token)  # <- detached


span = tracer.start_span("POST /orders")
handle(span)
span.end()
report()
