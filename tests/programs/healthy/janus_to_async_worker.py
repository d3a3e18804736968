# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: janus
# tree: POST /events <- (root)
# tree: push event <- POST /events
import asyncio

import janus
from opentelemetry import context
from tracing import report, tracer


async def push(events):
    while (job := await events.get()) is not None:
        event, origin = job
        with tracer.start_as_current_span("push event", context=origin) as span:
            span.set_attribute("event", event)


def post_event(events):
    with tracer.start_as_current_span("POST /events"):
        events.put(("door opened", context.get_current()))


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
