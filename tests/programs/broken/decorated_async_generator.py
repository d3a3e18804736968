# family: parent_lost
# boundary: async generator
# orphan: receive event
# expected parent: watch events
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio

from tracing import report, tracer


@tracer.start_as_current_span("watch events")
async def watch():
    for event in ("opened", "closed"):
        with tracer.start_as_current_span("receive event"):  # <- orphan
            await asyncio.sleep(0)
        yield event
        return


async def main():
    events = watch()  # <- lost here
    assert [event async for event in events] == ["opened"]


if __name__ == "__main__":
    asyncio.run(main())
    report()
