# family: parent_lost
# boundary: asyncio.PriorityQueue.put
# orphan: cook dish
# expected parent: POST /table
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio

from tracing import report, tracer


async def cook(dishes):
    while True:
        _, dish = await dishes.get()
        with tracer.start_as_current_span("cook dish") as span:  # <- orphan
            span.set_attribute("dish", dish)
        dishes.task_done()


async def main():
    dishes = asyncio.PriorityQueue()
    kitchen = asyncio.create_task(cook(dishes))
    with tracer.start_as_current_span("POST /table"):
        for course, dish in ((2, "tart"), (1, "soup")):
            await dishes.put((course, dish))  # <- lost here
        await dishes.join()
    kitchen.cancel()


if __name__ == "__main__":
    asyncio.run(main())
    report()
