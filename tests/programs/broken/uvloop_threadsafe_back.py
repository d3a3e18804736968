# family: parent_lost
# boundary: loop.run_in_executor
# orphan: publish event
# expected parent: PUT /video
# instrumentors: none
# python: 3.10+
# platform: posix
# hops: loop.run_in_executor > asyncio.run_coroutine_threadsafe
import asyncio

import uvloop
from tracing import report, tracer


async def publish(event):
    with tracer.start_as_current_span("publish event"):  # <- orphan
        return event


def transcode(loop):
    asyncio.run_coroutine_threadsafe(publish("transcoded"), loop).result()


async def put_video():
    loop = asyncio.get_running_loop()
    with tracer.start_as_current_span("PUT /video"):
        await loop.run_in_executor(None, transcode, loop)  # <- lost here


if __name__ == "__main__":
    uvloop.run(put_video())
    report()
