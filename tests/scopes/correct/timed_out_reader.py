import asyncio

from tracing import report, tracer


async def rows():
    for number in range(3):
        with tracer.start_as_current_span(f"row {number}"):
            await asyncio.sleep(0)
        yield number


async def main():
    reading = rows()
    with tracer.start_as_current_span("GET /rows"):
        for _ in range(3):
            print(await asyncio.wait_for(anext(reading), timeout=60))
    await reading.aclose()


asyncio.run(main())
report()
