# family: parent_stale
# boundary: transport.resume_reading
# orphan: GET /second
# actual parent: PUT /first
# expected parent: (root)
# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
import asyncio

from opentelemetry.trace import SpanKind
from tracing import report, tracer


class Connection(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.pause_reading()
        self.handling = asyncio.create_task(self.handle(data.decode().strip()))

    async def handle(self, line):
        with tracer.start_as_current_span(line, kind=SpanKind.SERVER):  # <- orphan
            self.transport.resume_reading()  # <- inherited here
        self.transport.write(b"done\n")


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    for line in (b"PUT /first\n", b"GET /second\n"):
        writer.write(line)
        await reader.readline()
    writer.close()
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
    report()
