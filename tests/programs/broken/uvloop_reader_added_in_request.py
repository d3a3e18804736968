# family: parent_leaked
# boundary: loop.add_reader
# orphan: parse message
# actual parent: GET /a
# expected parent: (root)
# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
import asyncio
import socket

import uvloop
from tracing import report, tracer


class Link:
    def __init__(self):
        self.near, self.far = socket.socketpair()
        self.parsed = asyncio.Queue()

    def open(self):
        asyncio.get_running_loop().add_reader(self.near, self.on_bytes)  # <- inherited here

    def on_bytes(self):
        with tracer.start_as_current_span("parse message") as span:  # <- orphan
            span.set_attribute("message", self.near.recv(100).decode())
        self.parsed.put_nowait("hello")

    async def send(self):
        self.far.send(b"hello")
        await self.parsed.get()

    def close(self):
        asyncio.get_running_loop().remove_reader(self.near)
        self.near.close()
        self.far.close()


async def get_a(link):
    with tracer.start_as_current_span("GET /a"):
        link.open()


async def post_b(link):
    with tracer.start_as_current_span("POST /b"):
        await link.send()


async def main():
    link = Link()
    for request in (get_a, post_b, post_b):
        await asyncio.create_task(request(link))
    link.close()


if __name__ == "__main__":
    uvloop.run(main())
    report()
