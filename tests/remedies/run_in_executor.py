# remedy: loop.run_in_executor
import asyncio
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

pool = ThreadPoolExecutor()


def work(order, amount):
    with tracer.start_as_current_span("charge card"):
        return f"charged {amount} for order {order}"


async def create_order(*args):
    loop = asyncio.get_running_loop()
    with tracer.start_as_current_span("POST /orders"):
        # hand-off
        future = loop.run_in_executor(pool, work, *args)
        # end of hand-off
        print(await future)


if __name__ == "__main__":
    asyncio.run(create_order(7, 120))
    report()
