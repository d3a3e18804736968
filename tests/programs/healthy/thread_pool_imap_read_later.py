# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /film <- (root)
# tree: render frame <- POST /film
# tree: render frame <- POST /film
# tree: render frame <- POST /film
from functools import partial
from multiprocessing.pool import ThreadPool

from opentelemetry import trace
from tracing import report, tracer


def render(origin, frame):
    with tracer.start_as_current_span("render frame", context=origin):
        return frame


def film(pool):
    with tracer.start_as_current_span("POST /film") as span:
        return pool.imap(partial(render, trace.set_span_in_context(span)), range(3))


if __name__ == "__main__":
    with ThreadPool(1) as renderers:
        frames = film(renderers)
        assert list(frames) == [0, 1, 2]
    report()
