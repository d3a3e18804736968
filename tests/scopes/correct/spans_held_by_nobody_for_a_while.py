import gc

from opentelemetry import trace
from tracing import report, tracer


def later(span):
    return lambda: span.end(None)


def start():
    parent = tracer.start_span("parent")
    child = tracer.start_span("child", context=trace.set_span_in_context(parent))
    return [later(child), later(parent)]


ends = start()
gc.collect()
for end in ends:
    end()
del ends
gc.collect()
with tracer.start_as_current_span("after"):
    pass
report()
