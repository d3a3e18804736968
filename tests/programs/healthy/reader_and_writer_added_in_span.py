# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: GET /socket <- (root)
# tree: read bytes <- GET /socket
# tree: write bytes <- GET /socket
import asyncio
import socket

from tracing import report, tracer


async def main():
    loop = asyncio.get_running_loop()
    near, far = socket.socketpair()
    read = asyncio.Event()

    def on_writable():
        loop.remove_writer(far)
        with tracer.start_as_current_span("write bytes"):
            far.send(b"hello")

    def on_readable():
        loop.remove_reader(near)
        with tracer.start_as_current_span("read bytes"):
            near.recv(100)
        read.set()

    with near, far, tracer.start_as_current_span("GET /socket"):
        loop.add_reader(near, on_readable)
        loop.add_writer(far, on_writable)
        await read.wait()


if __name__ == "__main__":
    asyncio.run(main())
    report()
