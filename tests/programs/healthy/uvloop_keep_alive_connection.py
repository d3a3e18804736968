# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: GET /a <- (root)
# tree: GET /b <- (root)
# tree: PUT /c <- (root)
# tree: read page <- GET /a
# tree: read page <- GET /b
# tree: read page <- PUT /c
import asyncio

import uvloop
from opentelemetry.trace import SpanKind
from tracing import report, tracer


async def serve(reader, writer):
    while line := await reader.readline():
        with tracer.start_as_current_span(line.decode().strip(), kind=SpanKind.SERVER):
            with tracer.start_as_current_span("read page"):
                writer.write(b"done\n")
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    for line in (b"GET /a\n", b"GET /b\n", b"PUT /c\n"):
        writer.write(line)
        await reader.readline()
    writer.write_eof()
    assert not await reader.read()
    writer.close()
    server.close()


if __name__ == "__main__":
    uvloop.run(main())
    report()
