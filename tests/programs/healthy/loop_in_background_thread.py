# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /a <- (root)
# tree: GET /b <- (root)
# tree: start up <- (root)
import asyncio
import threading

from tracing import report, tracer


async def handle(path):
    with tracer.start_as_current_span(f"GET {path}"):
        await asyncio.sleep(0)


if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    with tracer.start_as_current_span("start up"):
        threading.Thread(target=loop.run_forever, daemon=True).start()
    for path in ("/a", "/b"):
        asyncio.run_coroutine_threadsafe(handle(path), loop).result()
    report()
