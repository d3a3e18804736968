# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /search <- (root)
# tree: query index <- GET /search
# tree: query index <- GET /search
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial

from tracing import report, tracer


def query_index(shard):
    with tracer.start_as_current_span("query index"):
        return shard


if __name__ == "__main__":
    with ThreadPoolExecutor(2) as pool, tracer.start_as_current_span("GET /search"):
        jobs = [pool.submit(partial(copy_context().run, query_index, shard)) for shard in "ab"]
        for job in jobs:
            job.result()
    report()
