# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: POST /convert <- (root)
# tree: log progress <- POST /convert
# tree: log progress <- POST /convert
import asyncio
import os

from tracing import report, tracer


class Progress:
    def __init__(self):
        self.near, self.far = os.pipe()
        self.logged = asyncio.Queue()

    def follow(self):
        asyncio.get_running_loop().add_reader(self.near, self.on_bytes)

    def on_bytes(self):
        if os.read(self.near, 100):
            with tracer.start_as_current_span("log progress"):
                self.logged.put_nowait("more")
        else:
            asyncio.get_running_loop().remove_reader(self.near)
            os.close(self.near)
            self.logged.put_nowait("end")


async def convert(progress):
    with tracer.start_as_current_span("POST /convert"):
        progress.follow()


async def main():
    progress = Progress()
    await asyncio.create_task(convert(progress))
    for percent in (b"50 %", b"100 %"):
        os.write(progress.far, percent)
        assert await progress.logged.get() == "more"
    os.close(progress.far)
    assert await progress.logged.get() == "end"


if __name__ == "__main__":
    asyncio.run(main())
    report()
