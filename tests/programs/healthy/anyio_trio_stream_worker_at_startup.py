# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: anyio, trio
# tree: POST /orders <- (root)
# tree: send mail <- POST /orders
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
        group.start_soon(work, receiver)
        with tracer.start_as_current_span("POST /orders"):
            await sender.send(("order 7", context.get_current()))


if __name__ == "__main__":
    anyio.run(main, backend="trio")
    report()
