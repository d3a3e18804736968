# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /chat <- (root)
# tree: generate token <- POST /chat
# tree: generate token <- POST /chat
# tree: send token <- POST /chat
# tree: send token <- POST /chat
import asyncio

from tracing import report, tracer


async def tokens():
    for word in ("hello", "world"):
        with tracer.start_as_current_span("generate token"):
            await asyncio.sleep(0)
        yield word


async def main():
    with tracer.start_as_current_span("POST /chat"):
        async for word in tokens():
            with tracer.start_as_current_span("send token") as span:
                span.set_attribute("word", word)


if __name__ == "__main__":
    asyncio.run(main())
    report()
