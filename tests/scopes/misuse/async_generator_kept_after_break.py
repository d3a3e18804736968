# code: CTX708
# span: read rows
# orphan: send mail
import asyncio

from tracing import report, tracer


async def rows():
    with tracer.start_as_current_span("read rows"):  # <- attached
        yield 1
        yield 2


async def main():
    reading = rows()
    async for row in reading:  # <- read
        print(row)
        break
    with tracer.start_as_current_span("send mail"):  # <- orphan
        pass
    await reading.aclose()


asyncio.run(main())
report()
