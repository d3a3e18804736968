# code: CTX707
# span: read cache
from tracing import report, tracer


def read_cache():
    span = tracer.start_span("read cache")  # <- started
    message = "no such order"
    raise KeyError(message)
    span.end()


try:
    read_cache()
except KeyError as error:
    print(error)
with tracer.start_as_current_span("POST /orders"):
    pass
report()
