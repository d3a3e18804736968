# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /customers <- (root)
# tree: read row <- GET /customers
# tree: read row <- GET /customers
import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from tracing import report, tracer

blocking = ThreadPoolExecutor(max_workers=2, thread_name_prefix="blocking")


def read_row(key):
    with tracer.start_as_current_span("read row"):
        return key


async def get_customers(keys):
    loop = asyncio.get_running_loop()
    with tracer.start_as_current_span("GET /customers"):
        rows = [loop.run_in_executor(blocking, copy_context().run, read_row, key) for key in keys]
        return await asyncio.gather(*rows)


if __name__ == "__main__":
    asyncio.run(get_customers(["ada", "alan"]))
    report()
