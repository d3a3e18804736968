# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: PUT /page <- (root)
# tree: check spelling <- PUT /page
from contextvars import copy_context
from multiprocessing.pool import ThreadPool

from tracing import report, tracer


def check(text):
    with tracer.start_as_current_span("check spelling"):
        return text.title()


if __name__ == "__main__":
    with ThreadPool(1) as pool:
        with tracer.start_as_current_span("PUT /page"):
            pool.apply(copy_context().run, (check, "hello"))
    report()
