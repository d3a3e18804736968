# family: parent_stale
# boundary: anyio.MemoryObjectSendStream.send
# orphan: send mail
# actual parent: GET /a
# expected parent: POST /b
# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: anyio, trio
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
        with tracer.start_as_current_span("GET /a"):
            group.start_soon(work, receiver)  # <- inherited here
        with tracer.start_as_current_span("POST /b"):
            await sender.send("order 7")  # <- lost here


if __name__ == "__main__":
    anyio.run(main, backend="trio")
    report()
