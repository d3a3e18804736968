# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: anyio
# tree: GET /a <- (root)
# tree: POST /b <- (root)
# tree: call service <- GET /a
# tree: call service <- POST /b
import anyio
import anyio.lowlevel
from anyio.from_thread import start_blocking_portal
from tracing import report, tracer


async def call():
    with tracer.start_as_current_span("call service"):
        await anyio.lowlevel.checkpoint()


if __name__ == "__main__":
    with start_blocking_portal() as portal:
        with tracer.start_as_current_span("GET /a"):
            portal.call(call)
        with tracer.start_as_current_span("POST /b"):
            portal.start_task_soon(call).result()
    report()
