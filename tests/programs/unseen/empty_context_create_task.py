# family: parent_lost
# boundary: contextvars.Context.run
# orphan: fetch quote
# expected parent: GET /quote
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio
from contextvars import Context

from tracing import report, tracer


async def fetch():
    with tracer.start_as_current_span("fetch quote"):  # <- orphan
        await asyncio.sleep(0)


async def main():
    with tracer.start_as_current_span("GET /quote"):
        quote = Context().run(lambda: asyncio.create_task(fetch()))  # <- lost here
        await quote


if __name__ == "__main__":
    asyncio.run(main())
    report()
