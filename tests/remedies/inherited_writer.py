# remedy: inherited loop.add_writer
import asyncio
import socket

from tracing import report, tracer


class Outbox:
    def __init__(self):
        self.messages = ["hello", "bye"]
        self.sent = asyncio.Event()


def work(outbox):
    if outbox.messages:
        with tracer.start_as_current_span("send message"):
            print(outbox.messages.pop())
    else:
        outbox.sent.set()


async def first_request(loop, file, *args):
    with tracer.start_as_current_span("POST /link"):
        # hand-off
        loop.add_writer(file, work, *args)
        # end of hand-off


async def main():
    loop = asyncio.get_running_loop()
    outbox = Outbox()
    near, far = socket.socketpair()
    with near, far:
        await asyncio.create_task(first_request(loop, near, outbox))
        await outbox.sent.wait()
        loop.remove_writer(near)


if __name__ == "__main__":
    asyncio.run(main())
    report()
