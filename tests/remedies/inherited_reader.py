# remedy: inherited loop.add_reader
import asyncio
import socket

from tracing import report, tracer


def work(socket, handled):
    with tracer.start_as_current_span("handle message"):
        print(socket.recv(100).decode())
    handled.release()


async def first_request(loop, file, *args):
    with tracer.start_as_current_span("POST /link"):
        # hand-off
        loop.add_reader(file, work, *args)
        # end of hand-off


async def main():
    loop = asyncio.get_running_loop()
    handled = asyncio.Semaphore(0)
    near, far = socket.socketpair()
    with near, far:
        await asyncio.create_task(first_request(loop, near, near, handled))
        for message in (b"hello", b"bye"):
            far.send(message)
            await handled.acquire()
        loop.remove_reader(near)


if __name__ == "__main__":
    asyncio.run(main())
    report()
