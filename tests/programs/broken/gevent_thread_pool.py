# family: parent_lost
# boundary: gevent.threadpool.ThreadPool.spawn
# orphan: hash file
# expected parent: PUT /file
# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: gevent

import gevent
from tracing import report, tracer


def hash_file(name):
    with tracer.start_as_current_span("hash file"):  # <- orphan
        return hash(name)


if __name__ == "__main__":
    with tracer.start_as_current_span("PUT /file"):
        hashing = gevent.get_hub().threadpool.spawn(hash_file, "cat.mov")  # <- lost here
        hashing.get()
    report()
