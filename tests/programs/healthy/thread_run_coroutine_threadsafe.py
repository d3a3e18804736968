# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /subscribe <- (root)
# tree: notify user <- POST /subscribe
import asyncio
import threading
from contextvars import copy_context

from tracing import report, tracer


async def notify(user):
    with tracer.start_as_current_span("notify user"):
        return user


def watch(loop, done):
    asyncio.run_coroutine_threadsafe(notify("ada"), loop).result()
    loop.call_soon_threadsafe(done.set)


async def subscribe():
    done = asyncio.Event()
    with tracer.start_as_current_span("POST /subscribe"):
        loop = asyncio.get_running_loop()
        watcher = threading.Thread(target=copy_context().run, args=(watch, loop, done))
        watcher.start()
        await done.wait()
    watcher.join()


if __name__ == "__main__":
    asyncio.run(subscribe())
    report()
