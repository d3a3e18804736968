# family: parent_stale
# boundary: asyncio.Queue.put
# orphan: call webhook
# actual parent: GET /a
# expected parent: POST /b
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio

from tracing import report, tracer


async def call(hooks):
    hook = await hooks.get()
    with tracer.start_as_current_span("call webhook") as span:  # <- orphan
        span.set_attribute("hook", hook)


async def get_a(hooks):
    with tracer.start_as_current_span("GET /a"):
        return asyncio.create_task(call(hooks))  # <- inherited here


async def post_b(hooks):
    with tracer.start_as_current_span("POST /b"):
        await hooks.put("https://example.org/hook")  # <- lost here


async def main():
    hooks = asyncio.Queue()
    caller = await get_a(hooks)
    await post_b(hooks)
    await caller


if __name__ == "__main__":
    asyncio.run(main())
    report()
