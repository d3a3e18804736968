# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: reload settings <- (root)
# tree: start up <- (root)
import asyncio
import os
import signal

from tracing import report, tracer


async def main():
    reloaded = asyncio.Event()

    def reload():
        with tracer.start_as_current_span("reload settings"):
            reloaded.set()

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reload)
    with tracer.start_as_current_span("start up"):
        await asyncio.sleep(0)
    os.kill(os.getpid(), signal.SIGHUP)
    await reloaded.wait()


if __name__ == "__main__":
    asyncio.run(main())
    report()
