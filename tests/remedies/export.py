# remedy: SpanExporter.export
import collecting
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult


class Backend(SpanExporter):
    calls = 0

    def export(self, spans):
        self.calls += 1
        return SpanExportResult.FAILURE if self.calls == 2 else collecting.exporter.export(spans)


if __name__ == "__main__":
    exporter = Backend()
    # hand-off
    # end of hand-off
    provider = TracerProvider(resource=Resource.get_empty())
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("shop")
    with tracer.start_as_current_span("POST /orders"), tracer.start_as_current_span("query stock"):
        print("two left")
    collecting.report()
