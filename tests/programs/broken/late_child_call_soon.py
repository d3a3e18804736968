# family: late_child
# boundary: loop.call_soon
# orphan: update counter
# actual parent: GET /page
# expected parent: GET /page
# instrumentors: none | threading,asyncio
# python: 3.10+
# settings: CTXWATCH_BOUNDARIES=call_soon
import asyncio

from tracing import report, tracer


def update(done):
    with tracer.start_as_current_span("update counter"):  # <- orphan
        pass
    done.set()


async def main():
    done = asyncio.Event()
    with tracer.start_as_current_span("GET /page"):
        asyncio.get_running_loop().call_soon(update, done)  # <- inherited here
    await done.wait()


if __name__ == "__main__":
    asyncio.run(main())
    report()
