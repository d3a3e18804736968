# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: anyio, trio
# tree: GET /a <- (root)
# tree: POST /b <- (root)
# tree: send mail <- POST /b
import anyio
from opentelemetry import context
from tracing import report, tracer


async def work(mails):
    async with mails:
        async for mail, origin in mails:
            with tracer.start_as_current_span("send mail", context=origin) as span:
                span.set_attribute("mail", mail)


async def main():
    sender, receiver = anyio.create_memory_object_stream(8)
    async with anyio.create_task_group() as group, sender:
        with tracer.start_as_current_span("GET /a"):
            group.start_soon(work, receiver)
        with tracer.start_as_current_span("POST /b"):
            await sender.send(("order 7", context.get_current()))


if __name__ == "__main__":
    anyio.run(main, backend="trio")
    report()
