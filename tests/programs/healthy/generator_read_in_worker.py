# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /video <- (root)
# tree: read chunk <- GET /video
# tree: read chunk <- GET /video
import asyncio

from opentelemetry import trace
from tracing import report, tracer


def chunks(origin):
    for number in range(2):
        with tracer.start_as_current_span("read chunk", context=origin):
            chunk = bytes([number])
        yield chunk


def get_video():
    with tracer.start_as_current_span("GET /video") as span:
        return chunks(trace.set_span_in_context(span))


async def serve():
    body = get_video()
    while await asyncio.to_thread(next, body, None):
        pass


if __name__ == "__main__":
    asyncio.run(serve())
    report()
