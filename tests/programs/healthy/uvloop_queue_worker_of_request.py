# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: GET /a <- (root)
# tree: POST /b <- (root)
# tree: call webhook <- POST /b
import asyncio

import uvloop
from opentelemetry import context
from tracing import report, tracer


async def call(hooks):
    hook, origin = await hooks.get()
    with tracer.start_as_current_span("call webhook", context=origin) as span:
        span.set_attribute("hook", hook)


async def get_a(hooks):
    with tracer.start_as_current_span("GET /a"):
        return asyncio.create_task(call(hooks))


async def post_b(hooks):
    with tracer.start_as_current_span("POST /b"):
        await hooks.put(("https://example.org/hook", context.get_current()))


async def main():
    hooks = asyncio.Queue()
    caller = await get_a(hooks)
    await post_b(hooks)
    await caller


if __name__ == "__main__":
    uvloop.run(main())
    report()
