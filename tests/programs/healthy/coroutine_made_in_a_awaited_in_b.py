# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: plan <- (root)
# tree: run plan <- (root)
# tree: run step <- run plan
# tree: run step <- run plan
import asyncio

from tracing import report, tracer


async def step():
    with tracer.start_as_current_span("run step"):
        await asyncio.sleep(0)


async def main():
    with tracer.start_as_current_span("plan"):
        steps = [step(), step()]
    with tracer.start_as_current_span("run plan"):
        await asyncio.gather(*steps)


if __name__ == "__main__":
    asyncio.run(main())
    report()
