# remedy: ThreadPoolExecutor.submit
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

pool = ThreadPoolExecutor()


def work(order, amount):
    with tracer.start_as_current_span("charge card"):
        return f"charged {amount} for order {order}"


def create_order(*args):
    with tracer.start_as_current_span("POST /orders"):
        # hand-off
        future = pool.submit(work, *args)
        # end of hand-off
        print(future.result())


if __name__ == "__main__":
    create_order(7, 120)
    report()
