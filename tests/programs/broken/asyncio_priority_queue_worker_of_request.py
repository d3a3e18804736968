# family: parent_stale
# boundary: asyncio.PriorityQueue.put
# orphan: charge card
# actual parent: GET /cart
# expected parent: POST /payment
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio

from tracing import report, tracer


async def charge(payments):
    _, amount = await payments.get()
    with tracer.start_as_current_span("charge card") as span:  # <- orphan
        span.set_attribute("amount", amount)


async def main():
    payments = asyncio.PriorityQueue()
    with tracer.start_as_current_span("GET /cart"):
        cashier = asyncio.create_task(charge(payments))  # <- inherited here
        await asyncio.sleep(0)
    with tracer.start_as_current_span("POST /payment"):
        await payments.put((1, 12.5))  # <- lost here
        await cashier


if __name__ == "__main__":
    asyncio.run(main())
    report()
