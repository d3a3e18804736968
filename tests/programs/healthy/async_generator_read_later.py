# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /chat <- (root)
# tree: generate token <- POST /chat
# tree: generate token <- POST /chat
import asyncio

from opentelemetry import context
from tracing import report, tracer


async def tokens(words, origin):
    for word in words:
        with tracer.start_as_current_span("generate token", context=origin):
            await asyncio.sleep(0)
        yield word


async def post_chat():
    with tracer.start_as_current_span("POST /chat"):
        return tokens(["hello", "world"], context.get_current())


async def stream(body):
    return [word async for word in body]


async def main():
    body = await post_chat()
    await asyncio.create_task(stream(body))


if __name__ == "__main__":
    asyncio.run(main())
    report()
