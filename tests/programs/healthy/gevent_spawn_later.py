# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: gevent
# tree: GET /file <- (root)
# tree: fetch part <- GET /file
from contextvars import copy_context

import gevent
from tracing import report, tracer


def fetch(part):
    with tracer.start_as_current_span("fetch part") as span:
        span.set_attribute("part", part)


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /file"):
        fetching = gevent.spawn_later(0, copy_context().run, fetch, 1)
        fetching.get()
    report()
