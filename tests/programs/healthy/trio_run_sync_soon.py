# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: trio
# tree: POST /upload <- (root)
# tree: show progress <- POST /upload
from contextvars import copy_context

import trio
from tracing import report, tracer


def show(shown):
    with tracer.start_as_current_span("show progress"):
        shown.set()


async def main():
    shown = trio.Event()
    token = trio.lowlevel.current_trio_token()
    with tracer.start_as_current_span("POST /upload"):
        token.run_sync_soon(copy_context().run, show, shown)
        await shown.wait()


if __name__ == "__main__":
    trio.run(main)
    report()
