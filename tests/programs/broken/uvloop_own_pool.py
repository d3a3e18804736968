# family: parent_lost
# boundary: loop.run_in_executor
# orphan: read row
# expected parent: GET /customers
# instrumentors: none
# python: 3.10+
# platform: posix
import asyncio
from concurrent.futures import ThreadPoolExecutor

import uvloop
from tracing import report, tracer

blocking = ThreadPoolExecutor(max_workers=1)


def read_row():
    with tracer.start_as_current_span("read row"):  # <- orphan
        pass


async def get_customer():
    loop = asyncio.get_running_loop()
    with tracer.start_as_current_span("GET /customers"):
        await loop.run_in_executor(blocking, read_row)  # <- lost here


if __name__ == "__main__":
    uvloop.run(get_customer())
    report()
