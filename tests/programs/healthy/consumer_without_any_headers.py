# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: poll folder <- (root)
# tree: read file <- poll folder
from opentelemetry.trace import SpanKind
from tracing import report, tracer

if __name__ == "__main__":
    with tracer.start_as_current_span("poll folder", kind=SpanKind.CONSUMER):
        with tracer.start_as_current_span("read file"):
            pass
    report()
