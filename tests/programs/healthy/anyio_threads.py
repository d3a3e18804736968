# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: anyio
# tree: GET /a <- (root)
# tree: POST /b <- (root)
# tree: notify <- read file
# tree: notify <- read file
# tree: read file <- GET /a
# tree: read file <- POST /b
import anyio
import anyio.lowlevel
from anyio import from_thread, to_thread
from tracing import report, tracer


async def notify():
    with tracer.start_as_current_span("notify"):
        await anyio.lowlevel.checkpoint()


def read():
    with tracer.start_as_current_span("read file"):
        from_thread.run(notify)


async def main():
    for request in ("GET /a", "POST /b"):
        with tracer.start_as_current_span(request):
            await to_thread.run_sync(read)


if __name__ == "__main__":
    anyio.run(main)
    report()
