# family: parent_lost
# boundary: trio.MemorySendChannel.send
# orphan: send mail
# expected parent: POST /orders
# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: trio
import trio
from tracing import report, tracer


async def work(mails):
    async with mails:
        async for mail in mails:
            with tracer.start_as_current_span("send mail") as span:  # <- orphan
                span.set_attribute("mail", mail)


async def main():
    sender, receiver = trio.open_memory_channel(8)
    async with trio.open_nursery() as nursery, sender:
        nursery.start_soon(work, receiver)
        with tracer.start_as_current_span("POST /orders"):
            await sender.send("order 7")  # <- lost here


if __name__ == "__main__":
    trio.run(main)
    report()
