# family: entry_without_carrier
# boundary: propagate.extract
# orphan: process order
# expected parent: send order
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio

from opentelemetry.propagate import extract, inject
from opentelemetry.trace import SpanKind
from tracing import report, tracer


async def consume(topic):
    headers, _ = await topic.get()
    text = {name: value.decode() for name, value in headers}
    options = {"context": extract(text), "kind": SpanKind.CONSUMER}
    with tracer.start_as_current_span("process order", **options):  # <- orphan
        pass


async def main():
    topic = asyncio.Queue()
    consumer = asyncio.create_task(consume(topic))
    with tracer.start_as_current_span("send order", kind=SpanKind.PRODUCER):
        carrier = {}
        inject(carrier)
        headers = [(name, str(value.encode()).encode()) for name, value in carrier.items()]
        await topic.put((headers, "order 7"))  # <- lost here
    await consumer


if __name__ == "__main__":
    asyncio.run(main())
    report()
