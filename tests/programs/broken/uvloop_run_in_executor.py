# family: parent_lost
# boundary: loop.run_in_executor
# orphan: render invoice
# expected parent: GET /invoice
# instrumentors: none
# python: 3.10+
# platform: posix
import asyncio

import uvloop
from tracing import report, tracer


def render_invoice(order):
    with tracer.start_as_current_span("render invoice"):  # <- orphan
        return f"invoice {order}"


async def get_invoice(order):
    loop = asyncio.get_running_loop()
    with tracer.start_as_current_span("GET /invoice"):
        return await loop.run_in_executor(None, render_invoice, order)  # <- lost here


if __name__ == "__main__":
    uvloop.run(get_invoice(7))
    report()
