# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: trio
# tree: PUT /page <- (root)
# tree: warm cache <- PUT /page
from contextvars import copy_context

import trio
from tracing import report, tracer


async def warm(done):
    with tracer.start_as_current_span("warm cache"):
        done.set()


async def main():
    done = trio.Event()
    with tracer.start_as_current_span("PUT /page"):
        trio.lowlevel.spawn_system_task(warm, done, context=copy_context())
        await done.wait()


if __name__ == "__main__":
    trio.run(main)
    report()
