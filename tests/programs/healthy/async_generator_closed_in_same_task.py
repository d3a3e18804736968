# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /events <- (root)
# tree: subscribe <- GET /events
# tree: unsubscribe <- GET /events
import asyncio
from contextlib import aclosing

from tracing import report, tracer


async def events():
    with tracer.start_as_current_span("subscribe"):
        await asyncio.sleep(0)
    try:
        while True:
            yield "tick"
    finally:
        with tracer.start_as_current_span("unsubscribe"):
            await asyncio.sleep(0)


async def main():
    with tracer.start_as_current_span("GET /events"):
        async with aclosing(events()) as ticks:
            await anext(ticks)


if __name__ == "__main__":
    asyncio.run(main())
    report()
