# family: parent_lost
# boundary: janus.Queue.put
# orphan: push event
# expected parent: POST /events
# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: janus
import asyncio

import janus
from tracing import report, tracer


async def push(events):
    while (event := await events.get()) is not None:
        with tracer.start_as_current_span("push event") as span:  # <- orphan
            span.set_attribute("event", event)


def post_event(events):
    with tracer.start_as_current_span("POST /events"):
        events.put("door opened")  # <- lost here


async def main():
    events = janus.Queue()
    pusher = asyncio.create_task(push(events.async_q))
    await asyncio.to_thread(post_event, events.sync_q)
    await events.async_q.put(None)
    await pusher
    await events.aclose()


if __name__ == "__main__":
    asyncio.run(main())
    report()
