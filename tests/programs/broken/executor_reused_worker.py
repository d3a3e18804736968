# family: parent_lost
# boundary: ThreadPoolExecutor.submit
# orphan: write audit log
# expected parent: POST /refunds
# instrumentors: none
# python: 3.10+
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

pool = ThreadPoolExecutor(max_workers=1)


def audit(entry):
    with tracer.start_as_current_span("write audit log"):  # <- orphan
        return entry


def get_order():
    with tracer.start_as_current_span("GET /orders"):
        return pool.submit(str.upper, "order 7").result()


def refund():
    with tracer.start_as_current_span("POST /refunds"):
        return pool.submit(audit, "refund 7").result()  # <- lost here


if __name__ == "__main__":
    get_order()
    refund()
    report()
