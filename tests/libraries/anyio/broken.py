# family: parent_lost
# boundary: anyio.MemoryObjectSendStream.send
# orphan: index photo
# expected parent: POST /photos
# instrumentors: none | threading,asyncio
# python: 3.10+
import anyio
from tracing import report, tracer


async def index(photos):
    async for photo in photos:
        with tracer.start_as_current_span("index photo"):  # <- orphan
            print(photo)


async def main():
    sending, receiving = anyio.create_memory_object_stream[str](10)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(index, receiving)
        with tracer.start_as_current_span("POST /photos"):
            await sending.send("sunset.png")  # <- lost here
        sending.close()


if __name__ == "__main__":
    anyio.run(main)
    report()
