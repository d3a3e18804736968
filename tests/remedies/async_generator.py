# remedy: async generator
import asyncio

from tracing import report, tracer


async def work(number):
    for _ in range(number):
        with tracer.start_as_current_span("generate token"):
            await asyncio.sleep(0)
        yield "apples"


def chat(*args):
    # hand-off
    with tracer.start_as_current_span("POST /chat"):
        return work(*args)
    # end of hand-off


async def main():
    print([token async for token in chat(2)])


if __name__ == "__main__":
    asyncio.run(main())
    report()
