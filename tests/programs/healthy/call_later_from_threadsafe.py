# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /payments <- (root)
# tree: retry payment <- POST /payments
import asyncio
import threading
from contextvars import copy_context

from tracing import report, tracer


def retry(done):
    with tracer.start_as_current_span("retry payment"):
        done.set()


def schedule(loop, done):
    loop.call_soon_threadsafe(loop.call_later, 0, retry, done)


async def main():
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    with tracer.start_as_current_span("POST /payments"):
        bank = threading.Thread(target=copy_context().run, args=(schedule, loop, done))
        bank.start()
        await done.wait()
    bank.join()


if __name__ == "__main__":
    asyncio.run(main())
    report()
