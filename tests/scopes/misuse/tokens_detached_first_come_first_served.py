# code: CTX704
# span: outer
# orphan: next
from opentelemetry import context, trace
from tracing import report, tracer

outer = tracer.start_span("outer")
inner = tracer.start_span("inner")
first = context.attach(trace.set_span_in_context(outer))  # <- attached
second = context.attach(trace.set_span_in_context(inner))  # <- inner
context.detach(first)  # <- detached
context.detach(second)  # <- inner_detached
inner.end()
outer.end()
with tracer.start_as_current_span("next"):  # <- orphan
    pass
report()
