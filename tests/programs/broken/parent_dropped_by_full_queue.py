# family: parent_missing
# boundary: BatchSpanProcessor
# orphan: send receipt
# actual parent: POST /orders
# expected parent: POST /orders
# instrumentors: none | threading,asyncio
# python: 3.10+
import logging
import threading

from collecting import exporter, report
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter

logging.getLogger("opentelemetry").addHandler(logging.NullHandler())
exporting = threading.Event()
answered = threading.Event()


class SlowBackend(SpanExporter):
    def export(self, spans):
        exporting.set()
        answered.wait()
        return exporter.export(spans)


queue = BatchSpanProcessor(SlowBackend(), max_queue_size=2, max_export_batch_size=2)
provider = TracerProvider()
provider.add_span_processor(queue)
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("shop")


def read_cart():
    with tracer.start_as_current_span("read cart"):
        pass


if __name__ == "__main__":
    read_cart()
    read_cart()
    exporting.wait()
    with tracer.start_as_current_span("POST /orders"):  # <- parent
        receipt = tracer.start_span("send receipt")  # <- orphan
    read_cart()
    read_cart()
    receipt.end()
    answered.set()
    provider.shutdown()
    report()
