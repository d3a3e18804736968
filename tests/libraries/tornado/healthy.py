# tree: GET /prices <- GET
# tree: GET /prices <- GET
# tree: GET <- buy
# tree: GET <- buy
# tree: POST /photos <- POST
# tree: POST /photos <- POST
# tree: POST <- buy
# tree: POST <- buy
# tree: ask north <- GET /prices
# tree: ask north <- GET /prices
# tree: ask south <- GET /prices
# tree: ask south <- GET /prices
# tree: buy <- (root)
# tree: count <- GET /prices
# tree: count <- GET /prices
# tree: store photo <- POST /photos
# tree: store photo <- POST /photos
# tree: tick <- (root)
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio

from opentelemetry.instrumentation.tornado import TornadoInstrumentor
from tornado import gen
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.queues import Queue
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler
from tracing import report, tracer

TornadoInstrumentor().instrument()


async def ask(shop):
    with tracer.start_as_current_span(f"ask {shop}"):
        await asyncio.sleep(0)
        return len(shop)


class PricesHandler(RequestHandler):
    async def get(self):
        found = await gen.multi([ask("north"), ask("south")])
        found.append(await asyncio.to_thread(self.count))
        self.write({"prices": found})

    def count(self):
        with tracer.start_as_current_span("count"):
            return 2


class UploadHandler(RequestHandler):
    def initialize(self, log):
        self.log = log

    async def post(self):
        with tracer.start_as_current_span("store photo"):
            self.write({"bytes": len(self.request.body)})
        await self.log.put(len(self.request.body))


async def add_up(log, total):
    async for size in log:
        total.append(size)
        log.task_done()


async def main():
    log, total = Queue(), []
    ticked = asyncio.Event()

    def tick():
        with tracer.start_as_current_span("tick"):
            ticked.set()
            ticking.stop()

    ticking = PeriodicCallback(tick, 1)
    ticking.start()
    IOLoop.current().spawn_callback(add_up, log, total)
    listening, port = bind_unused_port()
    handlers = [("/prices", PricesHandler), ("/photos", UploadHandler, {"log": log})]
    server = HTTPServer(Application(handlers))
    server.add_sockets([listening])
    client = AsyncHTTPClient()
    address = f"http://127.0.0.1:{port}"
    with tracer.start_as_current_span("buy"):
        for body in (bytes(1_000_000), b"small"):
            print((await client.fetch(f"{address}/photos", method="POST", body=body)).body)
            print((await client.fetch(f"{address}/prices")).body)
    await log.join()
    print(total)
    await ticked.wait()
    server.stop()
    await server.close_all_connections()


if __name__ == "__main__":
    asyncio.run(main())
    report()
