# family: parent_lost
# boundary: loop.add_reader
# orphan: parse answer
# expected parent: GET /stock
# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
import asyncio
import socket

from tracing import report, tracer


class Link:
    def __init__(self):
        self.near, self.far = socket.socketpair()
        self.waiting = asyncio.Queue()
        asyncio.get_running_loop().add_reader(self.near, self.on_bytes)  # <- lost here

    def on_bytes(self):
        answered = self.waiting.get_nowait()
        with tracer.start_as_current_span("parse answer"):  # <- orphan
            answered.set_result(self.near.recv(100))

    async def ask(self):
        answered = asyncio.get_running_loop().create_future()
        self.waiting.put_nowait(answered)
        self.far.send(b"7 left")
        return await answered

    def close(self):
        asyncio.get_running_loop().remove_reader(self.near)
        self.near.close()
        self.far.close()


async def main():
    link = Link()
    with tracer.start_as_current_span("GET /stock"):
        await link.ask()
    link.close()


if __name__ == "__main__":
    asyncio.run(main())
    report()
