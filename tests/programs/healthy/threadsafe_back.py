# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: PUT /video <- (root)
# tree: publish event <- PUT /video
import asyncio
from contextvars import copy_context

from tracing import report, tracer


async def publish(event):
    with tracer.start_as_current_span("publish event"):
        return event


def transcode(loop):
    asyncio.run_coroutine_threadsafe(publish("transcoded"), loop).result()


async def put_video():
    loop = asyncio.get_running_loop()
    with tracer.start_as_current_span("PUT /video"):
        await loop.run_in_executor(None, copy_context().run, transcode, loop)


if __name__ == "__main__":
    asyncio.run(put_video())
    report()
