# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: GET /a <- (root)
# tree: POST /reload <- (root)
# tree: reload settings <- POST /reload
import asyncio
import os
import signal

from tracing import report, tracer


def reload(done):
    done.set()


async def main():
    done = asyncio.Event()
    with tracer.start_as_current_span("GET /a"):
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, reload, done)
    with tracer.start_as_current_span("POST /reload"):
        os.kill(os.getpid(), signal.SIGHUP)
        await done.wait()
        with tracer.start_as_current_span("reload settings"):
            pass


if __name__ == "__main__":
    asyncio.run(main())
    report()
