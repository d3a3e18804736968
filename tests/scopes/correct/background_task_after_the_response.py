import asyncio

from opentelemetry import trace
from tracing import report, tracer


async def middleware(app):
    span = tracer.start_span("POST /orders")

    async def send(message):
        print(message)
        span.end()

    with trace.use_span(span):
        await app(send)


async def app(send):
    with tracer.start_as_current_span("render"):
        await send("response")
    with tracer.start_as_current_span("send mail"):
        await asyncio.sleep(0)


async def main():
    await middleware(app)
    with tracer.start_as_current_span("next"):
        pass


asyncio.run(main())
report()
