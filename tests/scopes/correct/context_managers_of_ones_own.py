import asyncio
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager

from tracing import report, tracer


@contextmanager
def session(name):
    with tracer.start_as_current_span(name) as span:
        yield span


@asynccontextmanager
async def connection(name):
    with session(name) as span:
        await asyncio.sleep(0)
        yield span


async def main():
    async with connection("connection"):
        with tracer.start_as_current_span("query"):
            await asyncio.sleep(0)
    async with AsyncExitStack() as stack:
        for number in range(3):
            await stack.enter_async_context(connection(f"shard {number}"))
        with tracer.start_as_current_span("query all"):
            pass


asyncio.run(main())
with ExitStack() as stack:
    stack.enter_context(session("outer"))
    stack.enter_context(session("inner"))
    with tracer.start_as_current_span("work"):
        pass
report()
