# remedy: ThreadPool.apply_async
from multiprocessing.pool import ThreadPool

from tracing import report, tracer


def work(order, amount):
    with tracer.start_as_current_span("charge card"):
        return f"charged {amount} for order {order}"


def create_order(pool, *args):
    with tracer.start_as_current_span("POST /orders"):
        # hand-off
        result = pool.apply_async(work, args)
        # end of hand-off
        print(result.get())


if __name__ == "__main__":
    with ThreadPool(1) as pool:
        create_order(pool, 7, 120)
    report()
