# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: GET /stock <- (root)
# tree: parse answer <- GET /stock
# tree: parse answer <- GET /stock
import asyncio
import socket

from tracing import report, tracer


async def main():
    loop = asyncio.get_running_loop()
    near, far = socket.socketpair()
    parsed = asyncio.Queue()

    def on_bytes():
        with tracer.start_as_current_span("parse answer"):
            parsed.put_nowait(near.recv(100))

    with near, far:
        with tracer.start_as_current_span("GET /stock"):
            loop.add_reader(near, on_bytes)
        for answer in (b"7 left", b"6 left"):
            far.send(answer)
            assert await parsed.get() == answer
        loop.remove_reader(near)


if __name__ == "__main__":
    asyncio.run(main())
    report()
