# family: parent_lost
# boundary: threading.Thread.start
# orphan: fetch feed
# expected parent: POST /refresh
# instrumentors: none
# python: 3.10+
# hops: threading.Thread.start > asyncio.create_task
import asyncio
import threading

from tracing import report, tracer


async def fetch(feed):
    with tracer.start_as_current_span("fetch feed"):  # <- orphan
        return feed


async def refresh():
    task = asyncio.create_task(fetch("news"))
    await task


def refresh_in_thread():
    asyncio.run(refresh())


def post_refresh():
    with tracer.start_as_current_span("POST /refresh"):
        worker = threading.Thread(target=refresh_in_thread)
        worker.start()  # <- lost here
        worker.join()


if __name__ == "__main__":
    post_refresh()
    report()
