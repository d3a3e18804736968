# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /table <- (root)
# tree: cook dish <- POST /table
# tree: cook dish <- POST /table
import asyncio

from opentelemetry.propagate import extract, inject
from tracing import report, tracer


async def cook(dishes):
    while True:
        _, dish, carrier = await dishes.get()
        with tracer.start_as_current_span("cook dish", context=extract(carrier)) as span:
            span.set_attribute("dish", dish)
        dishes.task_done()


async def main():
    dishes = asyncio.PriorityQueue()
    kitchen = asyncio.create_task(cook(dishes))
    with tracer.start_as_current_span("POST /table"):
        carrier = {}
        inject(carrier)
        for course, dish in ((2, "tart"), (1, "soup")):
            await dishes.put((course, dish, carrier))
        await dishes.join()
    kitchen.cancel()


if __name__ == "__main__":
    asyncio.run(main())
    report()
