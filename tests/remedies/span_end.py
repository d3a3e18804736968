# remedy: span
from opentelemetry import trace
from tracing import report, tracer


def work(order):
    with tracer.start_as_current_span("charge card"):
        print(f"charged order {order}")
        raise LookupError


def create_order(*args):
    # hand-off
    span = tracer.start_span("POST /orders")
    with trace.use_span(span, record_exception=False):
        work(*args)
    span.end()
    # end of hand-off


if __name__ == "__main__":
    try:
        create_order(7)
    except LookupError:
        report()
