# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /sort <- (root)
# tree: sort shard <- POST /sort
from contextvars import copy_context
from multiprocessing import dummy

from tracing import report, tracer


def sort(shard):
    with tracer.start_as_current_span("sort shard"):
        return sorted(shard)


if __name__ == "__main__":
    with tracer.start_as_current_span("POST /sort"):
        sorter = dummy.Process(target=copy_context().run, args=(sort, [2, 1]))
        sorter.start()
        sorter.join()
    report()
