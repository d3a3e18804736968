# family: late_child
# boundary: ThreadPoolExecutor.submit
# orphan: send receipt
# actual parent: POST /orders
# expected parent: POST /orders
# instrumentors: threading,asyncio
# otherwise: still lost
# python: 3.10+
import threading
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

busy = threading.Event()


def send_receipt():
    with tracer.start_as_current_span("send receipt"):  # <- orphan
        pass


if __name__ == "__main__":
    with ThreadPoolExecutor(1) as pool:
        pool.submit(busy.wait)
        with tracer.start_as_current_span("POST /orders"):
            mail = pool.submit(send_receipt)  # <- inherited here
        busy.set()
    report()
