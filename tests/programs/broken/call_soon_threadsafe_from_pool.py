# family: parent_lost
# boundary: ThreadPoolExecutor.submit
# orphan: notify browser
# expected parent: POST /export
# hops: ThreadPoolExecutor.submit > loop.call_soon_threadsafe
# instrumentors: none
# python: 3.10+
import asyncio
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer


def notify(told):
    with tracer.start_as_current_span("notify browser"):  # <- orphan
        told.set()


def export(loop, told):
    loop.call_soon_threadsafe(notify, told)


async def main():
    told = asyncio.Event()
    with ThreadPoolExecutor(1) as pool, tracer.start_as_current_span("POST /export"):
        pool.submit(export, asyncio.get_running_loop(), told)  # <- lost here
        await told.wait()


if __name__ == "__main__":
    asyncio.run(main())
    report()
