# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: trio
# tree: GET /file <- (root)
# tree: fetch part <- GET /file
# tree: hash part <- fetch part
# tree: tell progress <- hash part
import trio
from tracing import report, tracer


def tell():
    with tracer.start_as_current_span("tell progress"):
        pass


def hash_part():
    with tracer.start_as_current_span("hash part"):
        trio.from_thread.run_sync(tell)


async def fetch():
    with tracer.start_as_current_span("fetch part"):
        await trio.to_thread.run_sync(hash_part)


async def main():
    with tracer.start_as_current_span("GET /file"):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(fetch)


if __name__ == "__main__":
    trio.run(main)
    report()
