# family: parent_lost
# boundary: gevent.spawn
# orphan: fetch part
# expected parent: GET /file
# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: gevent

import gevent
from tracing import report, tracer


def fetch(part):
    with tracer.start_as_current_span("fetch part") as span:  # <- orphan
        span.set_attribute("part", part)


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /file"):
        fetching = gevent.spawn(fetch, 1)  # <- lost here
        fetching.get()
    report()
