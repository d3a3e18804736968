# family: parent_missing
# boundary: span
# orphan: query stock
# actual parent: GET /stock
# expected parent: GET /stock
# instrumentors: none | threading,asyncio
# python: 3.10+
from opentelemetry import trace
from tracing import report, tracer


def query():
    with tracer.start_as_current_span("query stock"):  # <- orphan
        raise LookupError


def get_stock():
    span = tracer.start_span("GET /stock")  # <- parent
    with trace.use_span(span, record_exception=False):
        query()
    span.end()


if __name__ == "__main__":
    try:
        get_stock()
    except LookupError:
        report()
