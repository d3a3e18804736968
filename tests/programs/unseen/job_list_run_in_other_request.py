# family: parent_stale
# boundary: job list
# orphan: update search index
# actual parent: GET /b
# expected parent: PUT /a
# instrumentors: none | threading,asyncio
# python: 3.10+
from functools import partial

from tracing import report, tracer

jobs = []


def update_index(page):
    with tracer.start_as_current_span("update search index") as span:  # <- orphan
        span.set_attribute("page", page)


def put_page(page):
    with tracer.start_as_current_span(f"PUT {page}"):
        jobs.append(partial(update_index, page))  # <- lost here


def get_page(page):
    with tracer.start_as_current_span(f"GET {page}"):
        while jobs:
            job = jobs.pop()
            job()  # <- inherited here


if __name__ == "__main__":
    put_page("/a")
    get_page("/b")
    report()
