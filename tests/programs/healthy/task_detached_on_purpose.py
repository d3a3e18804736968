# instrumentors: none | threading,asyncio
# python: 3.11+
# tree: POST /cache <- (root)
# tree: rebuild cache <- (root)
import asyncio
from contextvars import Context

from tracing import report, tracer


async def rebuild_cache():
    with tracer.start_as_current_span("rebuild cache"):
        await asyncio.sleep(0)


async def main():
    with tracer.start_as_current_span("POST /cache"):
        await asyncio.create_task(rebuild_cache(), context=Context())


if __name__ == "__main__":
    asyncio.run(main())
    report()
