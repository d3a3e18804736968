# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: starlette
# tree: GET / <- (root)
# tree: send mail <- GET /
# tree: write log <- GET /
import asyncio

from opentelemetry.trace import SpanKind
from starlette.applications import Starlette
from starlette.background import BackgroundTasks
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from tracing import report, tracer


async def send_mail():
    with tracer.start_as_current_span("send mail"):
        await asyncio.sleep(0)


def write_log():
    with tracer.start_as_current_span("write log"):
        pass


async def home(_):
    tasks = BackgroundTasks()
    tasks.add_task(send_mail)
    tasks.add_task(write_log)
    return PlainTextResponse("hello", background=tasks)


async def main():
    app = Starlette(routes=[Route("/", home)])
    sent = []
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message["type"])

    with tracer.start_as_current_span("GET /", kind=SpanKind.SERVER):
        await app(scope, receive, send)
    assert sent == ["http.response.start", "http.response.body"]


if __name__ == "__main__":
    asyncio.run(main())
    report()
