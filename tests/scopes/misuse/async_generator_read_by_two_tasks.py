# code: CTX701
# span: read rows
import asyncio

from tracing import report, tracer


async def rows():
    with tracer.start_as_current_span("read rows"):  # <- attached, detached
        yield 1  # <- yield


async def read(reading):
    return await anext(reading, None)


async def main():
    reading = rows()
    print(await asyncio.create_task(read(reading)))
    print(await asyncio.create_task(read(reading)))


asyncio.run(main())
report()
