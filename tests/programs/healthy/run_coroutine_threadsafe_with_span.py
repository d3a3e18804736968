# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: publish event <- POST /orders
import asyncio
import threading

from tracing import report, tracer


async def publish():
    with tracer.start_as_current_span("publish event"):
        await asyncio.sleep(0)


if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    runner = threading.Thread(target=loop.run_forever)
    runner.start()
    with tracer.start_as_current_span("POST /orders"):
        asyncio.run_coroutine_threadsafe(publish(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    runner.join()
    loop.close()
    report()
