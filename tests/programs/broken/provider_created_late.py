# family: parent_lost
# boundary: ThreadPoolExecutor.submit
# orphan: charge card
# expected parent: POST /orders
# instrumentors: none
# python: 3.10+
from concurrent.futures import ThreadPoolExecutor

from collecting import new_provider, report
from opentelemetry import trace

tracer = trace.get_tracer("shop")
pool = ThreadPoolExecutor(max_workers=1)


def charge():
    with tracer.start_as_current_span("charge card"):  # <- orphan
        pass


def create_order():
    with tracer.start_as_current_span("POST /orders"):
        pool.submit(charge).result()  # <- lost here


if __name__ == "__main__":
    create_order()  # spans of no provider: nothing to see yet
    trace.set_tracer_provider(new_provider())
    create_order()
    report()
