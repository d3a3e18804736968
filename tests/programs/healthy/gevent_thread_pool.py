# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: gevent
# tree: PUT /file <- (root)
# tree: hash file <- PUT /file
from contextvars import copy_context

import gevent
from tracing import report, tracer


def hash_file(name):
    with tracer.start_as_current_span("hash file"):
        return hash(name)


if __name__ == "__main__":
    with tracer.start_as_current_span("PUT /file"):
        hashing = gevent.get_hub().threadpool.spawn(copy_context().run, hash_file, "cat.mov")
        hashing.get()
    report()
