# family: parent_stale
# boundary: ThreadPool.apply_async
# orphan: check spelling
# actual parent: GET /a
# expected parent: PUT /b
# instrumentors: threading,asyncio
# otherwise: still lost
# python: 3.10+
from multiprocessing.pool import ThreadPool

from tracing import report, tracer


def check(text):
    with tracer.start_as_current_span("check spelling"):  # <- orphan
        return text.title()


def get_a():
    with tracer.start_as_current_span("GET /a"):
        return ThreadPool(1)  # <- inherited here


def put_b(pool):
    with tracer.start_as_current_span("PUT /b"):
        return pool.apply_async(check, ("hello",)).get()  # <- lost here


if __name__ == "__main__":
    with get_a() as checkers:
        put_b(checkers)
    report()
