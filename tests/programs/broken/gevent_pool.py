# family: parent_lost
# boundary: gevent.pool.Pool.spawn
# orphan: fetch part
# expected parent: GET /file
# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: gevent

from gevent.pool import Pool
from tracing import report, tracer


def fetch(part):
    with tracer.start_as_current_span("fetch part") as span:  # <- orphan
        span.set_attribute("part", part)


if __name__ == "__main__":
    pool = Pool(2)
    with tracer.start_as_current_span("GET /file"):
        for number in range(2):
            pool.spawn(fetch, number)  # <- lost here
        pool.join()
    report()
