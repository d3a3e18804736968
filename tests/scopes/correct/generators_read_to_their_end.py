import asyncio

from tracing import report, tracer


def rows():
    with tracer.start_as_current_span("read rows"):
        yield from range(3)


async def pages():
    with tracer.start_as_current_span("read pages"):
        for number in range(3):
            await asyncio.sleep(0)
            yield number


async def main():
    print(list(rows()), [page async for page in pages()])
    with tracer.start_as_current_span("after"):
        pass


asyncio.run(main())
report()
