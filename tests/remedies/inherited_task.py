# remedy: inherited task
import asyncio

from tracing import report, tracer


async def work(queue, name):
    while True:
        await queue.get()
        with tracer.start_as_current_span(name):
            print("flushed")
        queue.task_done()


async def first_request(*args):
    with tracer.start_as_current_span("POST /metrics"):
        # hand-off
        task = asyncio.create_task(work(*args))
        # end of hand-off
    return task


async def main():
    queue = asyncio.Queue()
    flusher = await first_request(queue, "flush metrics")
    for tick in range(3):
        with tracer.start_as_current_span(f"POST /values/{tick}"):
            queue.put_nowait(tick)
    await queue.join()
    flusher.cancel()


if __name__ == "__main__":
    asyncio.run(main())
    report()
