import threading

from opentelemetry import trace
from tracing import report, tracer

span = tracer.start_span("POST /orders")
with trace.use_span(span):
    thread = threading.Thread(target=span.end)
    thread.start()
    thread.join()
    with tracer.start_as_current_span("send mail"):
        pass
with tracer.start_as_current_span("after"):
    pass
report()
