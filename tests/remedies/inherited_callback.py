# remedy: inherited callback
import asyncio
import os
import signal

from tracing import report, tracer

number = signal.SIGHUP


def work(reloaded, name):
    with tracer.start_as_current_span(name):
        print("reloaded")
    reloaded.set()


async def first_request(*args):
    loop = asyncio.get_running_loop()
    with tracer.start_as_current_span("POST /settings"):
        # hand-off
        loop.add_signal_handler(number, work, *args)
        # end of hand-off


async def main():
    reloaded = asyncio.Event()
    await first_request(reloaded, "reload settings")
    os.kill(os.getpid(), number)
    await reloaded.wait()


if __name__ == "__main__":
    asyncio.run(main())
    report()
