# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: send receipt <- POST /orders
import asyncio

from tracing import report, tracer


async def send_receipt(responded):
    await responded.wait()
    with tracer.start_as_current_span("send receipt"):
        pass


async def main():
    responded = asyncio.Event()
    with tracer.start_as_current_span("POST /orders"):
        mail = asyncio.create_task(send_receipt(responded))
    responded.set()
    await mail


if __name__ == "__main__":
    asyncio.run(main())
    report()
