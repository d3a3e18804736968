# remedy: janus.Queue.put
# libraries: janus
import asyncio

import janus
from tracing import report, tracer


def work(item):
    with tracer.start_as_current_span("resize photo"):
        print(f"resized {item}")


def consume(queue):
    for _ in range(2):
        # take-up
        item = queue.sync_q.get()
        work(item)
        # end of take-up


async def upload(queue, item):
    with tracer.start_as_current_span("POST /photos"):
        # hand-off
        await queue.async_q.put(item)
        # end of hand-off


async def main():
    queue = janus.Queue()
    consumer = asyncio.create_task(asyncio.to_thread(consume, queue))
    await upload(queue, 1)
    await upload(queue, 2)
    await consumer
    await queue.aclose()


if __name__ == "__main__":
    asyncio.run(main())
    report()
