# family: parent_lost
# boundary: threading.Thread.start
# orphan: sync folder
# expected parent: POST /sync
# instrumentors: none
# python: 3.10+
# hops: threading.Thread.start > loop.create_task
import asyncio
import threading

from tracing import report, tracer


async def sync_folder(folder):
    with tracer.start_as_current_span("sync folder"):  # <- orphan
        return folder


async def sync():
    loop = asyncio.get_running_loop()
    await loop.create_task(sync_folder("inbox"))


def sync_in_thread():
    asyncio.run(sync())


def post_sync():
    with tracer.start_as_current_span("POST /sync"):
        worker = threading.Thread(target=sync_in_thread)
        worker.start()  # <- lost here
        worker.join()


if __name__ == "__main__":
    post_sync()
    report()
