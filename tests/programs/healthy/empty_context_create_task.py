# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /quote <- (root)
# tree: fetch quote <- GET /quote
import asyncio
from contextvars import copy_context

from tracing import report, tracer


async def fetch():
    with tracer.start_as_current_span("fetch quote"):
        await asyncio.sleep(0)


async def main():
    with tracer.start_as_current_span("GET /quote"):
        quote = copy_context().run(lambda: asyncio.create_task(fetch()))
        await quote


if __name__ == "__main__":
    asyncio.run(main())
    report()
