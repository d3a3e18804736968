# instrumentors: none
# python: 3.10+
# tree: handle line <- (root)
# tree: handle line <- (root)
# tree: start up <- (root)
# tree: store line <- handle line
# tree: store line <- handle line
import asyncio
import socket
import threading

from tracing import report, tracer


async def store():
    with tracer.start_as_current_span("store line"):
        await asyncio.sleep(0)


async def handle(reader, writer):
    line = await reader.readline()
    with tracer.start_as_current_span("handle line"):
        await asyncio.create_task(store())
    writer.write(line)
    writer.close()


def serve(loop, addresses, ready):
    async def start():
        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        addresses.append(server.sockets[0].getsockname())
        ready.set()

    loop.run_until_complete(start())
    loop.run_forever()


if __name__ == "__main__":
    addresses, ready = [], threading.Event()
    with tracer.start_as_current_span("start up"):
        arguments = (asyncio.new_event_loop(), addresses, ready)
        threading.Thread(target=serve, args=arguments, daemon=True).start()
    ready.wait()
    for _ in range(2):
        with socket.create_connection(addresses[0]) as client:
            client.sendall(b"hello\n")
            client.recv(100)
    report()
