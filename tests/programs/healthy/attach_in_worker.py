# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /search <- (root)
# tree: query index <- GET /search
from concurrent.futures import ThreadPoolExecutor
from functools import wraps

from opentelemetry import context
from tracing import report, tracer


def with_context(function):
    caller = context.get_current()

    @wraps(function)
    def run(*args):
        token = context.attach(caller)
        try:
            return function(*args)
        finally:
            context.detach(token)

    return run


def query_index(shard):
    with tracer.start_as_current_span("query index"):
        return shard


if __name__ == "__main__":
    with ThreadPoolExecutor(1) as pool, tracer.start_as_current_span("GET /search"):
        pool.submit(with_context(query_index), "a").result()
    report()
