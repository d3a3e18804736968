# remedy: inherited trio.Nursery.start_soon
# libraries: trio
import trio
from tracing import report, tracer


async def work(receiver):
    async for item in receiver:
        with tracer.start_as_current_span("resize photo"):
            print(f"resized {item}")


async def main():
    sender, receiver = trio.open_memory_channel(8)
    args = (receiver,)
    async with trio.open_nursery() as nursery, sender:
        with tracer.start_as_current_span("POST /first"):
            # hand-off
            nursery.start_soon(work, *args)
            # end of hand-off
        for item in ("cat", "dog"):
            with tracer.start_as_current_span("POST /photos"):
                await sender.send(item)


if __name__ == "__main__":
    trio.run(main)
    report()
