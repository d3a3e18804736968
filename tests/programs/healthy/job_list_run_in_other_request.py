# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /b <- (root)
# tree: PUT /a <- (root)
# tree: update search index <- PUT /a
from contextvars import copy_context
from functools import partial

from tracing import report, tracer

jobs = []


def update_index(page):
    with tracer.start_as_current_span("update search index") as span:
        span.set_attribute("page", page)


def put_page(page):
    with tracer.start_as_current_span(f"PUT {page}"):
        jobs.append(partial(copy_context().run, update_index, page))


def get_page(page):
    with tracer.start_as_current_span(f"GET {page}"):
        while jobs:
            job = jobs.pop()
            job()


if __name__ == "__main__":
    put_page("/a")
    get_page("/b")
    report()
