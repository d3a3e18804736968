# code: CTX701
# span: read rows
import asyncio

from tracing import report, tracer


async def rows():
    with tracer.start_as_current_span("read rows"):  # <- attached, detached
        for number in range(3):
            yield number  # <- yield


async def main():
    async for number in rows():
        print("row", number)
        break
    await asyncio.get_running_loop().shutdown_asyncgens()


asyncio.run(main())
report()
