# remedy: loop.run_in_executor process
import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from tracing import finished, report, tracer


def work(order, amount):
    with tracer.start_as_current_span("charge card"):
        receipt = f"charged {amount} for order {order}"
    return receipt, finished()


async def create_order(pool, *args):
    loop = asyncio.get_running_loop()
    with tracer.start_as_current_span("POST /orders"):
        # hand-off
        future = loop.run_in_executor(pool, work, *args)
        # end of hand-off
        receipt, spans = await future
    print(receipt)
    return spans


if __name__ == "__main__":
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        report(asyncio.run(create_order(pool, 7, 120)))
