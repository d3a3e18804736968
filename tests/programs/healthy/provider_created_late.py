# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: charge card <- POST /orders
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from collecting import new_provider, report
from opentelemetry import trace

tracer = trace.get_tracer("shop")
pool = ThreadPoolExecutor(max_workers=1)


def charge():
    with tracer.start_as_current_span("charge card"):
        pass


def create_order():
    with tracer.start_as_current_span("POST /orders"):
        pool.submit(copy_context().run, charge).result()


if __name__ == "__main__":
    create_order()  # spans of no provider: nothing to see yet
    trace.set_tracer_provider(new_provider())
    create_order()
    report()
