# family: parent_lost
# boundary: TrioToken.run_sync_soon
# orphan: show progress
# expected parent: POST /upload
# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: trio

import trio
from tracing import report, tracer


def show(shown):
    with tracer.start_as_current_span("show progress"):  # <- orphan
        shown.set()


async def main():
    shown = trio.Event()
    token = trio.lowlevel.current_trio_token()
    with tracer.start_as_current_span("POST /upload"):
        token.run_sync_soon(show, shown)  # <- lost here
        await shown.wait()


if __name__ == "__main__":
    trio.run(main)
    report()
