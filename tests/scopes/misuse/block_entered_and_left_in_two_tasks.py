# code: CTX701
# span: session
import asyncio
from contextlib import asynccontextmanager

from tracing import report, tracer


@asynccontextmanager
async def session():
    with tracer.start_as_current_span("session"):  # <- attached, detached
        yield "session"  # <- yield


async def main():
    manager = session()
    print(await manager.__aenter__())  # <- block
    await asyncio.create_task(manager.__aexit__(None, None, None))


asyncio.run(main())
report()
