# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /cart <- (root)
# tree: POST /payment <- (root)
# tree: charge card <- POST /payment
import asyncio

from opentelemetry import context
from tracing import report, tracer


async def charge(payments):
    _, amount, origin = await payments.get()
    token = context.attach(origin)
    with tracer.start_as_current_span("charge card") as span:
        span.set_attribute("amount", amount)
    context.detach(token)


async def main():
    payments = asyncio.PriorityQueue()
    with tracer.start_as_current_span("GET /cart"):
        cashier = asyncio.create_task(charge(payments))
        await asyncio.sleep(0)
    with tracer.start_as_current_span("POST /payment"):
        await payments.put((1, 12.5, context.get_current()))
        await cashier


if __name__ == "__main__":
    asyncio.run(main())
    report()
