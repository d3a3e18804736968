# family: parent_leaked
# boundary: loop.add_signal_handler
# orphan: reload settings
# actual parent: GET /a
# expected parent: (root)
# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
import asyncio
import os
import signal

from tracing import report, tracer


def reload(done):
    with tracer.start_as_current_span("reload settings"):  # <- orphan
        done.release()


async def main():
    done = asyncio.Semaphore(0)
    with tracer.start_as_current_span("GET /a"):
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, reload, done)  # <- inherited here
    for _ in range(2):
        with tracer.start_as_current_span("POST /reload"):
            os.kill(os.getpid(), signal.SIGHUP)
            await done.acquire()


if __name__ == "__main__":
    asyncio.run(main())
    report()
