# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: load feeds <- (root)
# tree: read feed <- load feeds
# tree: write cache <- read feed
import asyncio

from tracing import report, tracer


async def write_cache():
    with tracer.start_as_current_span("write cache"):
        await asyncio.sleep(0)


async def read_feed():
    with tracer.start_as_current_span("read feed"):
        await asyncio.shield(write_cache())


if __name__ == "__main__":
    with tracer.start_as_current_span("load feeds"):
        asyncio.run(read_feed())
    report()
