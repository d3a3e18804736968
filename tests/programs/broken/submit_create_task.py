# family: parent_lost
# boundary: ThreadPoolExecutor.submit
# orphan: ask bank
# expected parent: POST /payments
# instrumentors: none
# python: 3.10+
# hops: ThreadPoolExecutor.submit > asyncio.create_task
import asyncio
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

pool = ThreadPoolExecutor(max_workers=1)


async def ask_bank():
    with tracer.start_as_current_span("ask bank"):  # <- orphan
        pass


async def authorise():
    await asyncio.create_task(ask_bank())


def pay():
    with tracer.start_as_current_span("POST /payments"):
        pool.submit(asyncio.run, authorise()).result()  # <- lost here


if __name__ == "__main__":
    pay()
    report()
