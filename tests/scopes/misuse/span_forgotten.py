# code: CTX707
# span: read cache
from tracing import report, tracer


def read_cache():
    span = tracer.start_span("read cache")  # <- started
    span.set_attribute("hit", value=True)


read_cache()
with tracer.start_as_current_span("POST /orders"):
    pass
report()
