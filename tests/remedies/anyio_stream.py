# remedy: anyio.MemoryObjectSendStream.send
# libraries: anyio
import anyio
import anyio.lowlevel
from tracing import report, tracer


async def work(item):
    with tracer.start_as_current_span("resize photo"):
        print(f"resized {item}")


async def consume(receiver):
    for _ in range(2):
        # take-up
        item = await receiver.receive()
        await work(item)
        # end of take-up


async def upload(sender, item):
    with tracer.start_as_current_span("POST /photos"):
        # hand-off
        await sender.send(item)
        # end of hand-off


async def main():
    sender, receiver = anyio.create_memory_object_stream(8)
    async with anyio.create_task_group() as nursery, sender, receiver:
        nursery.start_soon(consume, receiver)
        await upload(sender, 1)
        await upload(sender, 2)
        while receiver.statistics().current_buffer_used:
            await anyio.lowlevel.checkpoint()


if __name__ == "__main__":
    anyio.run(main)
    report()
