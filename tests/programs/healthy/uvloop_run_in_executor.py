# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: GET /invoice <- (root)
# tree: render invoice <- GET /invoice
import asyncio
from contextvars import copy_context

import uvloop
from tracing import report, tracer


def render_invoice(order):
    with tracer.start_as_current_span("render invoice"):
        return f"invoice {order}"


async def get_invoice(order):
    loop = asyncio.get_running_loop()
    with tracer.start_as_current_span("GET /invoice"):
        return await loop.run_in_executor(None, copy_context().run, render_invoice, order)


if __name__ == "__main__":
    uvloop.run(get_invoice(7))
    report()
