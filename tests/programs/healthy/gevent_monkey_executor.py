# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: gevent
# tree: GET /file <- (root)
# tree: fetch part <- GET /file
from gevent import monkey

monkey.patch_all()

from concurrent.futures import ThreadPoolExecutor  # noqa: E402
from contextvars import copy_context  # noqa: E402

from tracing import report, tracer  # noqa: E402


def fetch(part):
    with tracer.start_as_current_span("fetch part"):
        return part


if __name__ == "__main__":
    with ThreadPoolExecutor(1) as pool, tracer.start_as_current_span("GET /file"):
        pool.submit(copy_context().run, fetch, 1).result()
    report()
