# family: parent_leaked
# boundary: queue.Queue.put
# orphan: index page
# actual parent: GET /a
# expected parent: PUT /b | PUT /c | PUT /d
# instrumentors: threading,asyncio
# otherwise: still lost
# python: 3.10+
import functools
import queue
import threading

from tracing import report, tracer

pages = queue.Queue()


@functools.cache
def indexer():
    worker = threading.Thread(target=index_pages, daemon=True)
    worker.start()  # <- inherited here
    return worker


def index_pages():
    while True:
        page = pages.get()
        with tracer.start_as_current_span("index page") as span:  # <- orphan
            span.set_attribute("page", page)
        pages.task_done()


def get_page(page):
    with tracer.start_as_current_span(f"GET /{page}"):
        indexer()


def put_page(page):
    with tracer.start_as_current_span(f"PUT /{page}"):
        indexer()
        pages.put(page)  # <- lost here


if __name__ == "__main__":
    get_page("a")
    for changed in "bcd":
        put_page(changed)
    pages.join()
    report()
