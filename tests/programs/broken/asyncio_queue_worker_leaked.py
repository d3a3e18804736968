# family: parent_leaked
# boundary: asyncio.Queue.put
# orphan: flush metrics
# actual parent: GET /a
# expected parent: GET /b | GET /c | GET /d
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio

from tracing import report, tracer


class Metrics:
    def __init__(self):
        self.queue = asyncio.Queue()
        self.worker = None

    def ensure_started(self):
        if self.worker is None:
            self.worker = asyncio.create_task(self.work())  # <- inherited here

    async def work(self):
        while True:
            value = await self.queue.get()
            with tracer.start_as_current_span("flush metrics") as span:  # <- orphan
                span.set_attribute("value", value)
            self.queue.task_done()


async def handle(metrics, path, value):
    with tracer.start_as_current_span(f"GET {path}"):
        metrics.ensure_started()
        if value:
            await metrics.queue.put(value)  # <- lost here


async def main():
    metrics = Metrics()
    for value, path in enumerate(("/a", "/b", "/c", "/d")):
        await handle(metrics, path, value)
    await metrics.queue.join()
    metrics.worker.cancel()


if __name__ == "__main__":
    asyncio.run(main())
    report()
