# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /refresh <- (root)
# tree: fetch feed <- POST /refresh
import asyncio
import threading
from contextvars import copy_context

from tracing import report, tracer


async def fetch(feed):
    with tracer.start_as_current_span("fetch feed"):
        return feed


async def refresh():
    task = asyncio.create_task(fetch("news"))
    await task


def refresh_in_thread():
    asyncio.run(refresh())


def post_refresh():
    with tracer.start_as_current_span("POST /refresh"):
        worker = threading.Thread(target=copy_context().run, args=(refresh_in_thread,))
        worker.start()
        worker.join()


if __name__ == "__main__":
    post_refresh()
    report()
