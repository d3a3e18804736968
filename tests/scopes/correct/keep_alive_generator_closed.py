import asyncio
from contextlib import aclosing

from tracing import report, tracer


async def events():
    with tracer.start_as_current_span("stream"):
        while True:
            yield "ping"
            await asyncio.sleep(0)


async def main():
    async with aclosing(events()) as stream:
        count = 0
        async for event in stream:
            count += 1
            if count == 3:
                print(event)
                break
    with tracer.start_as_current_span("after"):
        pass


asyncio.run(main())
report()
