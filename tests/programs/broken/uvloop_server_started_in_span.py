# family: parent_leaked
# boundary: asyncio.start_server
# orphan: serve line
# actual parent: start up
# expected parent: (root)
# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
import asyncio

import uvloop
from tracing import report, tracer


async def serve(reader, writer):
    with tracer.start_as_current_span("serve line"):  # <- orphan
        writer.write(await reader.readline())
    writer.close()


async def ask(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"hello\n")
    await reader.read()
    writer.close()
    await writer.wait_closed()


async def main():
    with tracer.start_as_current_span("start up"):
        server = await asyncio.start_server(serve, "127.0.0.1", 0)  # <- inherited here
    port = server.sockets[0].getsockname()[1]
    for _ in range(2):
        await ask(port)
    server.close()


if __name__ == "__main__":
    uvloop.run(main())
    report()
