# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: gevent
# tree: GET /file <- (root)
# tree: fetch part <- GET /file
# tree: fetch part <- GET /file
from contextvars import copy_context

from gevent.pool import Pool
from tracing import report, tracer


def fetch(part):
    with tracer.start_as_current_span("fetch part") as span:
        span.set_attribute("part", part)


if __name__ == "__main__":
    pool = Pool(2)
    with tracer.start_as_current_span("GET /file"):
        for number in range(2):
            pool.spawn(copy_context().run, fetch, number)
        pool.join()
    report()
