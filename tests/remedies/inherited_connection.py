# remedy: inherited connection
import asyncio

from tracing import report, tracer


class Connection(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.pause_reading()
        self.handling = asyncio.create_task(handle(self.transport, data.decode().strip()))


async def handle(transport, line):
    with tracer.start_as_current_span(line):
        # hand-off
        transport.resume_reading()
        # end of hand-off
    transport.write(b"done\n")


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    for line in (b"POST /first\n", b"GET /second\n"):
        writer.write(line)
        print((await reader.readline()).decode().strip())
    writer.close()
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
    report()
