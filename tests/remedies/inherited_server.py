# remedy: inherited server
import asyncio

from tracing import report, tracer


async def work(reader, writer):
    with tracer.start_as_current_span("answer"):
        writer.write(await reader.readline())
    writer.close()


async def start(*args):
    with tracer.start_as_current_span("POST /start"):
        # hand-off
        server = await asyncio.start_server(work, *args)
        # end of hand-off
    return server


async def main():
    server = await start("127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for _ in range(2):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello\n")
        print((await reader.read()).decode().strip())
        writer.close()
        await writer.wait_closed()
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
    report()
