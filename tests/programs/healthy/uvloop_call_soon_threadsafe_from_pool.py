# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: POST /export <- (root)
# tree: notify browser <- POST /export
import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import uvloop
from tracing import report, tracer


def notify(told):
    with tracer.start_as_current_span("notify browser"):
        told.set()


def export(loop, told):
    loop.call_soon_threadsafe(notify, told)


async def main():
    told = asyncio.Event()
    with ThreadPoolExecutor(1) as pool, tracer.start_as_current_span("POST /export"):
        pool.submit(copy_context().run, export, asyncio.get_running_loop(), told)
        await told.wait()


if __name__ == "__main__":
    uvloop.run(main())
    report()
