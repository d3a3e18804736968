import asyncio

from tracing import report, tracer


@tracer.start_as_current_span("plain")
def plain():
    with tracer.start_as_current_span("child"):
        pass


@tracer.start_as_current_span("coroutine")
async def coroutine():
    with tracer.start_as_current_span("child"):
        await asyncio.sleep(0)


plain()
asyncio.run(coroutine())
report()
