from contextlib import contextmanager

from opentelemetry import context, trace
from tracing import report, tracer


@contextmanager
def attach_context(wanted):
    before = context.get_current()
    context.attach(wanted)
    try:
        yield
    finally:
        context.attach(before)


for number in range(3):
    with tracer.start_as_current_span(f"POST /{number}"):
        span = tracer.start_span(f"job {number}")
        with attach_context(trace.set_span_in_context(span)):
            with tracer.start_as_current_span("step"):
                pass
            span.end()
    with tracer.start_as_current_span("next"):
        pass
report()
