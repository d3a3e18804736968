import asyncio

from tracing import report, tracer


async def work(number):
    with tracer.start_as_current_span(f"work {number}"):
        await asyncio.sleep(0)
        with tracer.start_as_current_span(f"step {number}"):
            await asyncio.sleep(0)


async def main():
    with tracer.start_as_current_span("POST /orders"):
        await asyncio.gather(*(work(number) for number in range(20)))
        await asyncio.wait_for(work(20), timeout=60)


asyncio.run(main())
report()
