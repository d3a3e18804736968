# family: parent_stale
# boundary: trio.MemorySendChannel.send
# orphan: send mail
# actual parent: GET /a
# expected parent: POST /b
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
        with tracer.start_as_current_span("GET /a"):
            nursery.start_soon(work, receiver)  # <- inherited here
        with tracer.start_as_current_span("POST /b"):
            await sender.send("order 7")  # <- lost here


if __name__ == "__main__":
    trio.run(main)
    report()
