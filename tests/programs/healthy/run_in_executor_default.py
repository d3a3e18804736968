# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /invoice <- (root)
# tree: render invoice <- GET /invoice
import asyncio

from tracing import report, tracer


def render_invoice(order):
    with tracer.start_as_current_span("render invoice"):
        return f"invoice {order}"


async def get_invoice(order):
    with tracer.start_as_current_span("GET /invoice"):
        return await asyncio.to_thread(render_invoice, order)


if __name__ == "__main__":
    asyncio.run(get_invoice(7))
    report()
