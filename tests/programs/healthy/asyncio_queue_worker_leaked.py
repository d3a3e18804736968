# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /a <- (root)
# tree: GET /b <- (root)
# tree: GET /c <- (root)
# tree: GET /d <- (root)
# tree: flush metrics <- GET /b
# tree: flush metrics <- GET /c
# tree: flush metrics <- GET /d
import asyncio

from opentelemetry import context
from tracing import report, tracer


class Metrics:
    def __init__(self):
        self.queue = asyncio.Queue()
        self.worker = None

    def ensure_started(self):
        if self.worker is None:
            self.worker = asyncio.create_task(self.work())

    async def work(self):
        while True:
            value, origin = await self.queue.get()
            with tracer.start_as_current_span("flush metrics", context=origin) as span:
                span.set_attribute("value", value)
            self.queue.task_done()


async def handle(metrics, path, value):
    with tracer.start_as_current_span(f"GET {path}"):
        metrics.ensure_started()
        if value:
            await metrics.queue.put((value, context.get_current()))


async def main():
    metrics = Metrics()
    for value, path in enumerate(("/a", "/b", "/c", "/d")):
        await handle(metrics, path, value)
    await metrics.queue.join()
    metrics.worker.cancel()


if __name__ == "__main__":
    asyncio.run(main())
    report()
