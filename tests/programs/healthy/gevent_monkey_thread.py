# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: gevent
# tree: GET /file <- (root)
# tree: fetch part <- GET /file
from gevent import monkey

monkey.patch_all()

import threading  # noqa: E402
from contextvars import copy_context  # noqa: E402

from tracing import report, tracer  # noqa: E402


def fetch():
    with tracer.start_as_current_span("fetch part"):
        pass


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /file"):
        fetching = threading.Thread(target=copy_context().run, args=(fetch,))
        fetching.start()
        fetching.join()
    report()
