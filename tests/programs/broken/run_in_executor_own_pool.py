# family: parent_lost
# boundary: loop.run_in_executor
# orphan: read row
# expected parent: GET /customers
# instrumentors: none
# python: 3.10+
import asyncio
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

blocking = ThreadPoolExecutor(max_workers=2, thread_name_prefix="blocking")


def read_row(key):
    with tracer.start_as_current_span("read row"):  # <- orphan
        return key


async def get_customers(keys):
    loop = asyncio.get_running_loop()
    with tracer.start_as_current_span("GET /customers"):
        rows = [loop.run_in_executor(blocking, read_row, key) for key in keys]  # <- lost here
        return await asyncio.gather(*rows)


if __name__ == "__main__":
    asyncio.run(get_customers(["ada", "alan"]))
    report()
