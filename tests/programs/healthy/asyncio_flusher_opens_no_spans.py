# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /a <- (root)
# tree: GET /b <- (root)
# tree: read page <- GET /a
# tree: read page <- GET /b
import asyncio

from tracing import report, tracer


async def flush(lines, written):
    while True:
        written.append(await lines.get())
        lines.task_done()


async def handle(path, lines):
    with tracer.start_as_current_span(f"GET {path}"):
        await lines.put(path)
        with tracer.start_as_current_span("read page"):
            await lines.join()


async def main():
    lines, written = asyncio.Queue(), []
    first = asyncio.create_task(handle("/a", lines))
    flusher = asyncio.create_task(flush(lines, written))
    await first
    await handle("/b", lines)
    flusher.cancel()
    assert written == ["/a", "/b"]


if __name__ == "__main__":
    asyncio.run(main())
    report()
