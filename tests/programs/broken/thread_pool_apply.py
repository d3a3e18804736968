# family: parent_lost
# boundary: ThreadPool.apply
# orphan: check spelling
# expected parent: PUT /page
# instrumentors: none | threading,asyncio
# python: 3.10+
from multiprocessing.pool import ThreadPool

from tracing import report, tracer


def check(text):
    with tracer.start_as_current_span("check spelling"):  # <- orphan
        return text.title()


if __name__ == "__main__":
    with ThreadPool(1) as pool:
        with tracer.start_as_current_span("PUT /page"):
            pool.apply(check, ("hello",))  # <- lost here
    report()
