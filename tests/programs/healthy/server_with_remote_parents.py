# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /a <- call a
# tree: GET /b <- call b
# tree: call a <- (root)
# tree: call b <- (root)
import asyncio

from opentelemetry.propagate import extract, inject
from opentelemetry.trace import SpanKind
from tracing import report, tracer


async def serve(reader, writer):
    while line := await reader.readline():
        path, traceparent = line.decode().split()
        options = {"context": extract({"traceparent": traceparent}), "kind": SpanKind.SERVER}
        with tracer.start_as_current_span(f"GET /{path}", **options):
            writer.write(b"done\n")
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    for path in "ab":
        with tracer.start_as_current_span(f"call {path}", kind=SpanKind.CLIENT):
            carrier = {}
            inject(carrier)
            writer.write(f"{path} {carrier['traceparent']}\n".encode())
            await reader.readline()
    writer.write_eof()
    assert not await reader.read()
    writer.close()
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
    report()
