# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: greenlet
# tree: GET /rows <- (root)
# tree: read row <- GET /rows
import asyncio

from greenlet import getcurrent, greenlet
from tracing import report, tracer


async def in_greenlet(function):
    reader = greenlet(function)
    reader.gr_context = getcurrent().gr_context
    awaitable = reader.switch()
    while not reader.dead:
        awaitable = reader.switch(await awaitable)
    return awaitable


def read():
    getcurrent().parent.switch(asyncio.sleep(0))
    with tracer.start_as_current_span("read row"):
        return 7


async def main():
    with tracer.start_as_current_span("GET /rows"):
        assert await in_greenlet(read) == 7


if __name__ == "__main__":
    asyncio.run(main())
    report()
