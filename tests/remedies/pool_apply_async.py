# remedy: Pool.apply_async
import multiprocessing

from tracing import finished, report, tracer


def work(order, amount):
    with tracer.start_as_current_span("charge card"):
        receipt = f"charged {amount} for order {order}"
    return receipt, finished()


def create_order(pool, *args):
    with tracer.start_as_current_span("POST /orders"):
        # hand-off
        result = pool.apply_async(work, args)
        # end of hand-off
        receipt, spans = result.get()
    print(receipt)
    return spans


if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        report(create_order(pool, 7, 120))
