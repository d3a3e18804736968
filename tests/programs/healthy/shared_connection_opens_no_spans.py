# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /a <- (root)
# tree: POST /b <- (root)
# tree: query stock <- GET /a
# tree: query stock <- POST /b
# tree: read answer <- query stock
# tree: read answer <- query stock
import asyncio
from collections import deque

from tracing import report, tracer


class Client(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.waiting = transport, deque()

    def data_received(self, data):
        self.waiting.popleft().set_result(data)

    async def query(self, text):
        with tracer.start_as_current_span("query stock"):
            answered = asyncio.get_running_loop().create_future()
            self.waiting.append(answered)
            self.transport.write(text)
            answer = await answered
            with tracer.start_as_current_span("read answer"):
                return answer


async def main():
    loop, echoed = asyncio.get_running_loop(), asyncio.Event()

    async def echo(reader, writer):
        while line := await reader.readline():
            writer.write(line)
        writer.close()
        echoed.set()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    with tracer.start_as_current_span("GET /a"):
        address = server.sockets[0].getsockname()
        transport, client = await loop.create_connection(Client, *address)
        await client.query(b"a\n")
    with tracer.start_as_current_span("POST /b"):
        await client.query(b"b\n")
    transport.close()
    await echoed.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
    report()
