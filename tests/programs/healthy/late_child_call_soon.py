# instrumentors: none | threading,asyncio
# python: 3.10+
# settings: CTXWATCH_BOUNDARIES=call_soon
# tree: GET /page <- (root)
# tree: update counter <- GET /page
import asyncio

from tracing import report, tracer


def update(done):
    with tracer.start_as_current_span("update counter"):
        pass
    done.set()


async def main():
    done = asyncio.Event()
    with tracer.start_as_current_span("GET /page"):
        asyncio.get_running_loop().call_soon(update, done)
        await done.wait()
    await done.wait()


if __name__ == "__main__":
    asyncio.run(main())
    report()
