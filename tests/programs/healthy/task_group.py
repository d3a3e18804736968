# instrumentors: none | threading,asyncio
# python: 3.11+
# tree: GET /home <- (root)
# tree: GET /slow <- (root)
# tree: load ads <- GET /home
# tree: load news <- GET /home
import asyncio

from tracing import report, tracer


async def load(name):
    with tracer.start_as_current_span(name):
        await asyncio.sleep(0)


async def main():
    with tracer.start_as_current_span("GET /home"):
        async with asyncio.TaskGroup() as group:
            group.create_task(load("load news"))
            group.create_task(load("load ads"))
    async with asyncio.TaskGroup() as group:
        group.create_task(load("GET /slow"))


if __name__ == "__main__":
    asyncio.run(main())
    report()
