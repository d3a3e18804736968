# instrumentors: none | threading,asyncio
# python: 3.12+
# tree: GET /home <- (root)
# tree: load ads <- GET /home
# tree: load news <- GET /home
import asyncio

from tracing import report, tracer


async def load(name, *, wait):
    with tracer.start_as_current_span(name):
        if wait:
            await asyncio.sleep(0)


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    with tracer.start_as_current_span("GET /home"):
        await asyncio.gather(load("load news", wait=True), load("load ads", wait=False))


if __name__ == "__main__":
    asyncio.run(main())
    report()
