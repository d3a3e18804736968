# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /home <- (root)
# tree: query <- GET /home
from collecting import exporter, report
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

tracer = trace.get_tracer("shop")


def main():
    with tracer.start_as_current_span("GET /home"), tracer.start_as_current_span("query"):
        pass


if __name__ == "__main__":
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    main()
    provider.force_flush()
    report()
