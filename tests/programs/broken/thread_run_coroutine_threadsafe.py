# family: parent_lost
# boundary: threading.Thread.start
# orphan: notify user
# expected parent: POST /subscribe
# instrumentors: none
# python: 3.10+
# hops: threading.Thread.start > asyncio.run_coroutine_threadsafe
import asyncio
import threading

from tracing import report, tracer


async def notify(user):
    with tracer.start_as_current_span("notify user"):  # <- orphan
        return user


def watch(loop, done):
    asyncio.run_coroutine_threadsafe(notify("ada"), loop).result()
    loop.call_soon_threadsafe(done.set)


async def subscribe():
    done = asyncio.Event()
    with tracer.start_as_current_span("POST /subscribe"):
        watcher = threading.Thread(target=watch, args=(asyncio.get_running_loop(), done))
        watcher.start()  # <- lost here
        await done.wait()
    watcher.join()


if __name__ == "__main__":
    asyncio.run(subscribe())
    report()
