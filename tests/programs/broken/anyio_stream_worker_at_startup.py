# family: parent_lost
# boundary: anyio.MemoryObjectSendStream.send
# orphan: send mail
# expected parent: POST /orders
# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: anyio
import anyio
from tracing import report, tracer


async def work(mails):
    async with mails:
        async for mail in mails:
            with tracer.start_as_current_span("send mail") as span:  # <- orphan
                span.set_attribute("mail", mail)


async def main():
    sender, receiver = anyio.create_memory_object_stream(8)
    async with anyio.create_task_group() as group, sender:
        group.start_soon(work, receiver)
        with tracer.start_as_current_span("POST /orders"):
            await sender.send("order 7")  # <- lost here


if __name__ == "__main__":
    anyio.run(main)
    report()
