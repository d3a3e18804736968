# family: parent_lost
# boundary: janus.Queue.put
# orphan: print ticket
# expected parent: POST /tickets
# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: janus
import asyncio

import janus
from tracing import report, tracer


def print_tickets(tickets):
    while (ticket := tickets.get()) is not None:
        with tracer.start_as_current_span("print ticket") as span:  # <- orphan
            span.set_attribute("ticket", ticket)


async def main():
    tickets = janus.Queue()
    printer = asyncio.create_task(asyncio.to_thread(print_tickets, tickets.sync_q))
    with tracer.start_as_current_span("POST /tickets"):
        await tickets.async_q.put(7)  # <- lost here
    await tickets.async_q.put(None)
    await printer
    await tickets.aclose()


if __name__ == "__main__":
    asyncio.run(main())
    report()
