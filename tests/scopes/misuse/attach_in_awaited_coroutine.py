# code: CTX705
# span: log in
# orphan: read basket
import asyncio

from opentelemetry import context, trace
from tracing import report, tracer


async def log_in():
    span = tracer.start_span("log in")
    context.attach(trace.set_span_in_context(span))  # <- attached
    await asyncio.sleep(0)
    span.end()


async def main():
    await log_in()
    with tracer.start_as_current_span("read basket"):  # <- orphan
        pass


asyncio.run(main())
report()
