# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /batch <- (root)
# tree: handle row <- POST /batch
# tree: handle row <- POST /batch
import asyncio

from tracing import report, tracer


async def work(rows):
    while (row := await rows.get()) is not None:
        with tracer.start_as_current_span("handle row") as span:
            span.set_attribute("row", row)


async def main():
    rows = asyncio.Queue()
    with tracer.start_as_current_span("POST /batch"):
        worker = asyncio.create_task(work(rows))
        for row in (1, 2, None):
            await rows.put(row)
        await worker


if __name__ == "__main__":
    asyncio.run(main())
    report()
