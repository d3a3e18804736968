# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /a <- (root)
# tree: GET /b <- (root)
# tree: render <- GET /a
# tree: render <- GET /b
import asyncio

from tracing import report, tracer


def render():
    with tracer.start_as_current_span("render"):
        pass


async def handle(path):
    with tracer.start_as_current_span(f"GET {path}"):
        await asyncio.sleep(0)
        await asyncio.to_thread(render)


async def main():
    await asyncio.gather(handle("/a"), handle("/b"))


if __name__ == "__main__":
    asyncio.run(main())
    report()
