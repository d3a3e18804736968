# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: gevent
# tree: GET /a <- (root)
# tree: GET /b <- (root)
# tree: fetch part <- GET /a
# tree: fetch part <- GET /b
from contextvars import copy_context

import gevent
from tracing import report, tracer


class TracedGreenlet(gevent.Greenlet):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.gr_context = copy_context()


def fetch(part):
    with tracer.start_as_current_span("fetch part") as span:
        span.set_attribute("part", part)
        gevent.sleep(0)


if __name__ == "__main__":
    for part in "ab":
        with tracer.start_as_current_span(f"GET /{part}"):
            TracedGreenlet.spawn(fetch, part).get()
    report()
