# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /a <- (root)
# tree: PUT /b <- (root)
# tree: check spelling <- PUT /b
from contextvars import copy_context
from multiprocessing.pool import ThreadPool

from tracing import report, tracer


def check(text):
    with tracer.start_as_current_span("check spelling"):
        return text.title()


def get_a():
    with tracer.start_as_current_span("GET /a"):
        return ThreadPool(1)


def put_b(pool):
    with tracer.start_as_current_span("PUT /b"):
        return pool.apply_async(copy_context().run, (check, "hello")).get()


if __name__ == "__main__":
    with get_a() as checkers:
        put_b(checkers)
    report()
