# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: receive event <- watch events
# tree: watch events <- (root)
import asyncio

from tracing import report, tracer


async def watch():
    with tracer.start_as_current_span("watch events"):
        for event in ("opened", "closed"):
            with tracer.start_as_current_span("receive event"):
                await asyncio.sleep(0)
            yield event
            return


async def main():
    events = watch()
    assert [event async for event in events] == ["opened"]


if __name__ == "__main__":
    asyncio.run(main())
    report()
