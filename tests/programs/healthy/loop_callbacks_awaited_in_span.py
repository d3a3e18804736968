# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: PUT /page <- (root)
# tree: update counter <- PUT /page
# tree: update counter <- PUT /page
# tree: update counter <- PUT /page
# tree: update counter <- PUT /page
import asyncio

from tracing import report, tracer


async def main():
    loop = asyncio.get_running_loop()
    done = asyncio.Queue()

    def update():
        with tracer.start_as_current_span("update counter"):
            done.put_nowait(None)

    with tracer.start_as_current_span("PUT /page"):
        loop.call_soon(update)
        loop.call_later(0, update)
        loop.call_at(loop.time(), update)
        loop.call_soon_threadsafe(update)
        for _ in range(4):
            await done.get()


if __name__ == "__main__":
    asyncio.run(main())
    report()
