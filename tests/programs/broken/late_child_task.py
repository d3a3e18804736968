# family: late_child
# boundary: asyncio.create_task
# orphan: send receipt
# actual parent: POST /orders
# expected parent: POST /orders
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio

from tracing import report, tracer


async def send_receipt():
    with tracer.start_as_current_span("send receipt"):  # <- orphan
        await asyncio.sleep(0)


async def main():
    with tracer.start_as_current_span("POST /orders"):
        mail = asyncio.create_task(send_receipt())  # <- inherited here
    await mail


if __name__ == "__main__":
    asyncio.run(main())
    report()
