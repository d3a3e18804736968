# family: parent_lost
# boundary: trio.lowlevel.spawn_system_task
# orphan: warm cache
# expected parent: PUT /page
# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: trio

import trio
from tracing import report, tracer


async def warm(done):
    with tracer.start_as_current_span("warm cache"):  # <- orphan
        done.set()


async def main():
    done = trio.Event()
    with tracer.start_as_current_span("PUT /page"):
        trio.lowlevel.spawn_system_task(warm, done)  # <- lost here
        await done.wait()


if __name__ == "__main__":
    trio.run(main)
    report()
