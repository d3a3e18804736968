# remedy: asyncio.Queue.put
import asyncio

from tracing import report, tracer


async def work(item):
    with tracer.start_as_current_span("resize photo"):
        print(f"resized {item}")


async def consume(queue):
    while True:
        # take-up
        item = await queue.get()
        await work(item)
        # end of take-up
        queue.task_done()


async def upload(queue, item):
    with tracer.start_as_current_span("POST /photos"):
        # hand-off
        await queue.put(item)
        # end of hand-off


async def main():
    queue = asyncio.Queue()
    consumer = asyncio.create_task(consume(queue))
    await upload(queue, 1)
    await upload(queue, 2)
    await queue.join()
    consumer.cancel()


if __name__ == "__main__":
    asyncio.run(main())
    report()
