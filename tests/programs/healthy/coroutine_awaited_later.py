# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: send receipt <- POST /orders
import asyncio

from tracing import report, tracer


async def send_receipt():
    with tracer.start_as_current_span("send receipt"):
        await asyncio.sleep(0)


async def post_order():
    with tracer.start_as_current_span("POST /orders"):
        return asyncio.create_task(send_receipt())


async def main():
    await (await post_order())


if __name__ == "__main__":
    asyncio.run(main())
    report()
