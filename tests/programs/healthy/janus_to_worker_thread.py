# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: janus
# tree: POST /tickets <- (root)
# tree: print ticket <- POST /tickets
import asyncio

import janus
from opentelemetry import context
from tracing import report, tracer


def print_tickets(tickets):
    while (job := tickets.get()) is not None:
        ticket, origin = job
        with tracer.start_as_current_span("print ticket", context=origin) as span:
            span.set_attribute("ticket", ticket)


async def main():
    tickets = janus.Queue()
    printer = asyncio.create_task(asyncio.to_thread(print_tickets, tickets.sync_q))
    with tracer.start_as_current_span("POST /tickets"):
        await tickets.async_q.put((7, context.get_current()))
    await tickets.async_q.put(None)
    await printer
    await tickets.aclose()


if __name__ == "__main__":
    asyncio.run(main())
    report()
