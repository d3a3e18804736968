# family: parent_lost
# boundary: ThreadPool.imap_unordered
# orphan: render frame
# expected parent: POST /film
# instrumentors: none | threading,asyncio
# python: 3.10+
from multiprocessing.pool import ThreadPool

from tracing import report, tracer


def render(frame):
    with tracer.start_as_current_span("render frame"):  # <- orphan
        return frame


def film(pool):
    with tracer.start_as_current_span("POST /film"):
        return pool.imap_unordered(render, range(3))  # <- lost here


if __name__ == "__main__":
    with ThreadPool(1) as renderers:
        frames = film(renderers)
        assert list(frames) == [0, 1, 2]
    report()
