# family: parent_stale
# boundary: queue.SimpleQueue.put
# orphan: resize photo
# actual parent: GET /a
# expected parent: POST /b
# instrumentors: threading,asyncio
# otherwise: still lost
# python: 3.10+
import queue
import threading

from tracing import report, tracer

photos = queue.SimpleQueue()


def work():
    while True:
        item = photos.get()
        if item is None:
            return
        with tracer.start_as_current_span("resize photo") as span:  # <- orphan
            span.set_attribute("photo", item)


def get_a():
    with tracer.start_as_current_span("GET /a"):
        worker = threading.Thread(target=work)
        worker.start()  # <- inherited here
    return worker


def post_b():
    with tracer.start_as_current_span("POST /b"):
        photos.put(7)  # <- lost here


if __name__ == "__main__":
    resizer = get_a()
    post_b()
    photos.put(None)
    resizer.join()
    report()
