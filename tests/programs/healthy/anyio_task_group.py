# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: anyio
# tree: GET /file <- (root)
# tree: fetch part <- GET /file
# tree: fetch part <- GET /file
import anyio
import anyio.lowlevel
from tracing import report, tracer


async def fetch(part):
    with tracer.start_as_current_span("fetch part") as span:
        span.set_attribute("part", part)
        await anyio.lowlevel.checkpoint()


async def main():
    with tracer.start_as_current_span("GET /file"):
        async with anyio.create_task_group() as group:
            group.start_soon(fetch, 1)
            group.start_soon(fetch, 2)


if __name__ == "__main__":
    anyio.run(main)
    report()
