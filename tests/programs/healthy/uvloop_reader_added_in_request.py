# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: GET /a <- (root)
# tree: POST /b <- (root)
# tree: parse message <- POST /b
import asyncio
import socket
from contextvars import Context

import uvloop
from opentelemetry.propagate import extract, inject
from tracing import report, tracer


class Link:
    def __init__(self):
        self.near, self.far = socket.socketpair()
        self.parsed = asyncio.Event()

    def open(self):
        Context().run(asyncio.get_running_loop().add_reader, self.near, self.on_bytes)

    def on_bytes(self):
        carrier = {"traceparent": self.near.recv(100).decode()}
        with tracer.start_as_current_span("parse message", context=extract(carrier)):
            pass
        self.parsed.set()

    async def send(self):
        carrier = {}
        inject(carrier)
        self.far.send(carrier["traceparent"].encode())
        await self.parsed.wait()

    def close(self):
        asyncio.get_running_loop().remove_reader(self.near)
        self.near.close()
        self.far.close()


async def main():
    link = Link()
    with tracer.start_as_current_span("GET /a"):
        link.open()
    with tracer.start_as_current_span("POST /b"):
        await link.send()
    link.close()


if __name__ == "__main__":
    uvloop.run(main())
    report()
