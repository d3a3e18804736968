# family: parent_lost
# boundary: loop.run_in_executor
# orphan: solve route
# expected parent: GET /route
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from tracing import finished, report, tracer


def solve():
    with tracer.start_as_current_span("solve route"):  # <- orphan
        pass
    return finished()


async def get_route():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        with tracer.start_as_current_span("GET /route"):
            return await loop.run_in_executor(pool, solve)  # <- lost here


if __name__ == "__main__":
    report(asyncio.run(get_route()))
