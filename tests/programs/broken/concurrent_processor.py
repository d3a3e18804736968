# family: parent_lost
# boundary: ThreadPoolExecutor.submit
# orphan: charge card
# expected parent: POST /orders
# instrumentors: none
# python: 3.10+
from concurrent.futures import ThreadPoolExecutor

from collecting import new_provider, report
from opentelemetry import trace
from opentelemetry.sdk.trace import ConcurrentMultiSpanProcessor

# Its own pool is gone by the time of atexit, so the provider is shut down by hand.
provider = new_provider(
    active_span_processor=ConcurrentMultiSpanProcessor(2), shutdown_on_exit=False
)
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("shop")
pool = ThreadPoolExecutor(max_workers=1)


def charge():
    with tracer.start_as_current_span("charge card"):  # <- orphan
        pass


def create_order():
    with tracer.start_as_current_span("POST /orders"):
        pool.submit(charge).result()  # <- lost here


if __name__ == "__main__":
    create_order()
    provider.shutdown()
    report()
