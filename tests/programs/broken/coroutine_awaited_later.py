# family: parent_lost
# boundary: coroutine
# orphan: send receipt
# expected parent: POST /orders
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio

from tracing import report, tracer


async def send_receipt():
    with tracer.start_as_current_span("send receipt"):  # <- orphan
        await asyncio.sleep(0)


async def post_order():
    with tracer.start_as_current_span("POST /orders"):
        return send_receipt()  # <- lost here


async def main():
    await (await post_order())


if __name__ == "__main__":
    asyncio.run(main())
    report()
