# family: parent_lost
# boundary: generator
# orphan: read chunk
# expected parent: GET /video
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio

from tracing import report, tracer


def chunks():
    for number in range(2):
        with tracer.start_as_current_span("read chunk"):  # <- orphan
            chunk = bytes([number])
        yield chunk


def get_video():
    with tracer.start_as_current_span("GET /video"):
        return chunks()  # <- lost here


async def serve():
    body = get_video()
    while await asyncio.to_thread(next, body, None):
        pass


if __name__ == "__main__":
    asyncio.run(serve())
    report()
