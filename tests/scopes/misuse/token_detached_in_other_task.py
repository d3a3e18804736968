# code: CTX701
# span: POST /orders
import asyncio

from opentelemetry import context, trace
from tracing import report, tracer


async def begin(span):
    return context.attach(trace.set_span_in_context(span))  # <- attached


async def finish(token):
    context.detach(token)  # <- detached


async def main():
    span = tracer.start_span("POST /orders")
    token = await asyncio.create_task(begin(span))
    await asyncio.create_task(finish(token))
    span.end()


asyncio.run(main())
report()
