# family: parent_lost
# boundary: loop.run_in_executor
# orphan: render page
# expected parent: GET /page/{name}
# instrumentors: none
# python: 3.10+
import asyncio

from opentelemetry.instrumentation.tornado import TornadoInstrumentor
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler
from tracing import report, tracer

TornadoInstrumentor().instrument()


def render(name):
    with tracer.start_as_current_span("render page"):  # <- orphan
        return f"<h1>{name}</h1>"


class PageHandler(RequestHandler):
    async def get(self, name):
        page = await IOLoop.current().run_in_executor(None, render, name)  # <- lost here
        self.write(page)


async def main():
    listening, port = bind_unused_port()
    server = HTTPServer(Application([("/page/(.*)", PageHandler)]))
    server.add_sockets([listening])
    answer = await AsyncHTTPClient().fetch(f"http://127.0.0.1:{port}/page/bread")
    print(answer.body)
    server.stop()
    await server.close_all_connections()


if __name__ == "__main__":
    asyncio.run(main())
    report()
