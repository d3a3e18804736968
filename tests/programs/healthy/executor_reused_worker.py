# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /orders <- (root)
# tree: POST /refunds <- (root)
# tree: write audit log <- POST /refunds
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from tracing import report, tracer

pool = ThreadPoolExecutor(max_workers=1)


def audit(entry):
    with tracer.start_as_current_span("write audit log"):
        return entry


def get_order():
    with tracer.start_as_current_span("GET /orders"):
        return pool.submit(str.upper, "order 7").result()


def refund():
    with tracer.start_as_current_span("POST /refunds"):
        return pool.submit(copy_context().run, audit, "refund 7").result()


if __name__ == "__main__":
    get_order()
    refund()
    report()
