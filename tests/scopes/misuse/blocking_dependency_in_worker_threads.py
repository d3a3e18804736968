# code: CTX701
# span: session
import asyncio
from contextlib import contextmanager

from tracing import report, tracer


@contextmanager
def session():
    with tracer.start_as_current_span("session"):  # <- attached, detached
        yield "session"  # <- yield


async def main():
    manager = session()
    print(await asyncio.to_thread(manager.__enter__))
    await asyncio.to_thread(manager.__exit__, None, None, None)


asyncio.run(main())
report()
