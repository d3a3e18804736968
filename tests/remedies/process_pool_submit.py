# remedy: ProcessPoolExecutor.submit
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from tracing import finished, report, tracer


def work(order, amount):
    with tracer.start_as_current_span("charge card"):
        receipt = f"charged {amount} for order {order}"
    return receipt, finished()


def create_order(pool, *args):
    with tracer.start_as_current_span("POST /orders"):
        # hand-off
        future = pool.submit(work, *args)
        # end of hand-off
        receipt, spans = future.result()
    print(receipt)
    return spans


if __name__ == "__main__":
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        report(create_order(pool, 7, 120))
