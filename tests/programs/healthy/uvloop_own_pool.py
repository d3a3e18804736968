# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: GET /customers <- (root)
# tree: read row <- GET /customers
import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import uvloop
from tracing import report, tracer

blocking = ThreadPoolExecutor(max_workers=1)


def read_row():
    with tracer.start_as_current_span("read row"):
        pass


async def get_customer():
    loop = asyncio.get_running_loop()
    with tracer.start_as_current_span("GET /customers"):
        await loop.run_in_executor(blocking, copy_context().run, read_row)


if __name__ == "__main__":
    uvloop.run(get_customer())
    report()
