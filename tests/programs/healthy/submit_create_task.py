# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /payments <- (root)
# tree: ask bank <- POST /payments
import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from tracing import report, tracer

pool = ThreadPoolExecutor(max_workers=1)


async def ask_bank():
    with tracer.start_as_current_span("ask bank"):
        pass


async def authorise():
    await asyncio.create_task(ask_bank())


def pay():
    with tracer.start_as_current_span("POST /payments"):
        pool.submit(copy_context().run, asyncio.run, authorise()).result()


if __name__ == "__main__":
    pay()
    report()
