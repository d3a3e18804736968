# code: CTX706
# span: POST /orders
# orphan: send mail
from tracing import report, tracer

with tracer.start_as_current_span("POST /orders") as span:  # <- attached
    span.end()
    with tracer.start_as_current_span("send mail"):  # <- orphan
        pass
report()
