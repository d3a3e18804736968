# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /sync <- (root)
# tree: sync folder <- POST /sync
import asyncio
import threading
from contextvars import copy_context

from tracing import report, tracer


def sync_folder(folder):
    with tracer.start_as_current_span("sync folder"):
        return folder


async def sync():
    await asyncio.to_thread(sync_folder, "inbox")


def sync_in_thread():
    asyncio.run(sync())


def post_sync():
    with tracer.start_as_current_span("POST /sync"):
        worker = threading.Thread(target=copy_context().run, args=(sync_in_thread,))
        worker.start()
        worker.join()


if __name__ == "__main__":
    post_sync()
    report()
