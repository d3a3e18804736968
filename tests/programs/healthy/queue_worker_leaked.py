# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /a <- (root)
# tree: PUT /b <- (root)
# tree: PUT /c <- (root)
# tree: PUT /d <- (root)
# tree: index page <- PUT /b
# tree: index page <- PUT /c
# tree: index page <- PUT /d
import functools
import queue
import threading

from opentelemetry import context
from tracing import report, tracer

pages = queue.Queue()


@functools.cache
def indexer():
    worker = threading.Thread(target=index_pages, daemon=True)
    worker.start()
    return worker


def index_pages():
    while True:
        page, origin = pages.get()
        token = context.attach(origin)
        with tracer.start_as_current_span("index page") as span:
            span.set_attribute("page", page)
        context.detach(token)
        pages.task_done()


def get_page(page):
    with tracer.start_as_current_span(f"GET /{page}"):
        indexer()


def put_page(page):
    with tracer.start_as_current_span(f"PUT /{page}"):
        indexer()
        pages.put((page, context.get_current()))


if __name__ == "__main__":
    get_page("a")
    for changed in "bcd":
        put_page(changed)
    pages.join()
    report()
