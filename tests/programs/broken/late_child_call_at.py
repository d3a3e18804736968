# family: late_child
# boundary: loop.call_at
# orphan: update counter
# actual parent: GET /page
# expected parent: GET /page
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio

from tracing import report, tracer


def update(done):
    with tracer.start_as_current_span("update counter"):  # <- orphan
        pass
    done.set()


async def main():
    done, loop = asyncio.Event(), asyncio.get_running_loop()
    with tracer.start_as_current_span("GET /page"):
        loop.call_at(loop.time(), update, done)  # <- inherited here
    await done.wait()


if __name__ == "__main__":
    asyncio.run(main())
    report()
