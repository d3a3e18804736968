# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /a <- (root)
# tree: POST /b <- (root)
# tree: resize photo <- POST /b
import queue
import threading

from opentelemetry import context
from tracing import report, tracer

photos = queue.Queue()


def work():
    while True:
        item = photos.get()
        if item is None:
            return
        photo, origin = item
        token = context.attach(origin)
        with tracer.start_as_current_span("resize photo") as span:
            span.set_attribute("photo", photo)
        context.detach(token)


def get_a():
    with tracer.start_as_current_span("GET /a"):
        worker = threading.Thread(target=work)
        worker.start()
    return worker


def post_b():
    with tracer.start_as_current_span("POST /b"):
        photos.put((7, context.get_current()))


if __name__ == "__main__":
    resizer = get_a()
    post_b()
    photos.put(None)
    resizer.join()
    report()
