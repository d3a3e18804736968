# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /stock <- (root)
# tree: query stock <- GET /stock
from collecting import exporter, report
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult


class Backend(SpanExporter):
    up = True

    def export(self, spans):
        return exporter.export(spans) if self.up else SpanExportResult.FAILURE


backend = Backend()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(backend))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("shop")


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /stock"):
        with tracer.start_as_current_span("query stock"):
            pass
    report()
