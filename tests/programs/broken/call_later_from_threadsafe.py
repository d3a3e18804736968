# family: parent_lost
# boundary: threading.Thread.start
# orphan: retry payment
# expected parent: POST /payments
# hops: threading.Thread.start > loop.call_soon_threadsafe > loop.call_later
# instrumentors: none
# python: 3.10+
import asyncio
import threading

from tracing import report, tracer


def retry(done):
    with tracer.start_as_current_span("retry payment"):  # <- orphan
        done.set()


def schedule(loop, done):
    loop.call_soon_threadsafe(loop.call_later, 0, retry, done)


async def main():
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    with tracer.start_as_current_span("POST /payments"):
        bank = threading.Thread(target=schedule, args=(loop, done))
        bank.start()  # <- lost here
        await done.wait()
    bank.join()


if __name__ == "__main__":
    asyncio.run(main())
    report()
