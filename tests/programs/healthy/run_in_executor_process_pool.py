# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /route <- (root)
# tree: solve route <- GET /route
import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from opentelemetry.propagate import extract, inject
from tracing import finished, report, tracer


def solve(carrier):
    with tracer.start_as_current_span("solve route", context=extract(carrier)):
        pass
    return finished()


async def get_route():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        with tracer.start_as_current_span("GET /route"):
            carrier = {}
            inject(carrier)
            return await loop.run_in_executor(pool, solve, carrier)


if __name__ == "__main__":
    report(asyncio.run(get_route()))
