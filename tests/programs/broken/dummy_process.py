# family: parent_lost
# boundary: threading.Thread.start
# orphan: sort shard
# expected parent: POST /sort
# instrumentors: none
# python: 3.10+
from multiprocessing import dummy

from tracing import report, tracer


def sort(shard):
    with tracer.start_as_current_span("sort shard"):  # <- orphan
        return sorted(shard)


if __name__ == "__main__":
    with tracer.start_as_current_span("POST /sort"):
        sorter = dummy.Process(target=sort, args=([2, 1],))
        sorter.start()  # <- lost here
        sorter.join()
    report()
