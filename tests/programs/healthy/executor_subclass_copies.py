# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: charge card <- POST /orders
# tree: charge card <- POST /orders
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from tracing import report, tracer


class ContextExecutor(ThreadPoolExecutor):
    def submit(self, fn, /, *args, **kwargs):
        return super().submit(copy_context().run, fn, *args, **kwargs)


def charge(part):
    with tracer.start_as_current_span("charge card"):
        return part


if __name__ == "__main__":
    with ContextExecutor(1) as pool, tracer.start_as_current_span("POST /orders"):
        pool.submit(charge, "deposit").result()
        list(pool.map(charge, ["rest"]))
    report()
