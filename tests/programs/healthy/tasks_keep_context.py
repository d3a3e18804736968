# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /home <- (root)
# tree: by create_task <- GET /home
# tree: by ensure_future <- GET /home
# tree: by gather <- GET /home
# tree: by loop.create_task <- GET /home
# tree: by to_thread <- GET /home
# tree: by wait_for <- GET /home
import asyncio

from tracing import report, tracer


async def load(name):
    with tracer.start_as_current_span(name):
        await asyncio.sleep(0)


def load_blocking(name):
    with tracer.start_as_current_span(name):
        pass


async def main():
    with tracer.start_as_current_span("GET /home"):
        await asyncio.create_task(load("by create_task"))
        await asyncio.get_running_loop().create_task(load("by loop.create_task"))
        await asyncio.ensure_future(load("by ensure_future"))
        await asyncio.gather(load("by gather"))
        await asyncio.wait_for(load("by wait_for"), timeout=60)
        await asyncio.to_thread(load_blocking, "by to_thread")


if __name__ == "__main__":
    asyncio.run(main())
    report()
