# family: parent_lost
# boundary: async generator
# orphan: generate token
# expected parent: POST /chat
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio

from tracing import report, tracer


async def tokens(words):
    for word in words:
        with tracer.start_as_current_span("generate token"):  # <- orphan
            await asyncio.sleep(0)
        yield word


async def post_chat():
    with tracer.start_as_current_span("POST /chat"):
        return tokens(["hello", "world"])  # <- lost here


async def stream(body):
    return [word async for word in body]


async def main():
    body = await post_chat()
    await asyncio.create_task(stream(body))


if __name__ == "__main__":
    asyncio.run(main())
    report()
