# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: GET /stock <- (root)
# tree: parse answer <- GET /stock
import asyncio
import socket

from tracing import report, tracer


async def main():
    loop = asyncio.get_running_loop()
    near, far = socket.socketpair()
    parsed = asyncio.Event()

    def on_bytes():
        with tracer.start_as_current_span("parse answer"):
            near.recv(100)
        loop.remove_reader(near)
        parsed.set()

    with near, far, tracer.start_as_current_span("GET /stock"):
        loop.add_reader(near, on_bytes)
        far.send(b"7 left")
        await parsed.wait()


if __name__ == "__main__":
    asyncio.run(main())
    report()
