# remedy: BatchSpanProcessor
import logging
import os
import threading

import collecting
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter

os.environ["OTEL_BSP_SCHEDULE_DELAY"] = "50"
logging.getLogger("opentelemetry").addHandler(logging.NullHandler())
exporting = threading.Event()
answered = threading.Event()


class SlowBackend(SpanExporter):
    def export(self, spans):
        exporting.set()
        answered.wait()
        return collecting.exporter.export(spans)


def read_cart(tracer):
    with tracer.start_as_current_span("POST /cart"):
        print("read cart")


if __name__ == "__main__":
    exporter = SlowBackend()
    # hand-off
    processor = BatchSpanProcessor(exporter, max_queue_size=2, max_export_batch_size=2)
    # end of hand-off
    provider = TracerProvider(resource=Resource.get_empty())
    provider.add_span_processor(processor)
    tracer = provider.get_tracer("shop")
    read_cart(tracer)
    read_cart(tracer)
    exporting.wait()
    with tracer.start_as_current_span("POST /orders"):
        receipt = tracer.start_span("send receipt")
    read_cart(tracer)
    read_cart(tracer)
    receipt.end()
    answered.set()
    provider.shutdown()
    collecting.report()
