# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /score <- (root)
# tree: store result <- POST /score
import asyncio

from tracing import report, tracer


async def main():
    stored = asyncio.Event()

    def store(_):
        with tracer.start_as_current_span("store result"):
            stored.set()

    with tracer.start_as_current_span("POST /score"):
        scoring = asyncio.create_task(asyncio.sleep(0))
        scoring.add_done_callback(store)
        await stored.wait()


if __name__ == "__main__":
    asyncio.run(main())
    report()
