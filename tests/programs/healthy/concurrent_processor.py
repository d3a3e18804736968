# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: charge card <- POST /orders
# tree: send receipt <- POST /orders
import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from collecting import new_provider, report
from opentelemetry import trace
from opentelemetry.sdk.trace import ConcurrentMultiSpanProcessor

# Its own pool is gone by the time of atexit, so the provider is shut down by hand.
provider = new_provider(
    active_span_processor=ConcurrentMultiSpanProcessor(2), shutdown_on_exit=False
)
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("shop")
pool = ThreadPoolExecutor(max_workers=1)


def charge():
    with tracer.start_as_current_span("charge card"):
        pass


async def send_receipt():
    with tracer.start_as_current_span("send receipt"):
        pass


async def create_order():
    with tracer.start_as_current_span("POST /orders"):
        pool.submit(copy_context().run, charge).result()
        await asyncio.create_task(send_receipt())


if __name__ == "__main__":
    asyncio.run(create_order())
    provider.shutdown()
    report()
