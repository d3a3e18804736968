# code: CTX701
# span: read rows
import asyncio

from tracing import report, tracer


async def rows():
    with tracer.start_as_current_span("read rows"):  # <- attached, detached
        yield 1  # <- yield
        yield 2


async def main():
    reading = rows()
    print(await anext(reading))
    await asyncio.create_task(reading.aclose())


asyncio.run(main())
report()
