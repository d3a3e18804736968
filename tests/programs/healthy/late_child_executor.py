# instrumentors: threading,asyncio
# python: 3.10+
# tree: POST /orders <- (root)
# tree: send receipt <- POST /orders
import threading
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

busy = threading.Event()


def send_receipt():
    with tracer.start_as_current_span("send receipt"):
        pass


if __name__ == "__main__":
    with ThreadPoolExecutor(1) as pool:
        pool.submit(busy.wait)
        with tracer.start_as_current_span("POST /orders"):
            mail = pool.submit(send_receipt)
            busy.set()
            mail.result()
    report()
