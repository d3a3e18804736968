# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /stock <- (root)
# tree: query stock <- GET /stock
from opentelemetry import trace
from tracing import report, tracer


def query():
    with tracer.start_as_current_span("query stock"):
        raise LookupError


def get_stock():
    span = tracer.start_span("GET /stock")
    with trace.use_span(span, end_on_exit=True):
        query()


if __name__ == "__main__":
    try:
        get_stock()
    except LookupError:
        report()
