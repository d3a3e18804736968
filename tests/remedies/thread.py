# remedy: threading.Thread.start
import threading

from tracing import report, tracer


def work(order, amount):
    with tracer.start_as_current_span("charge card"):
        print(f"charged {amount} for order {order}")


def create_order(*args):
    with tracer.start_as_current_span("POST /orders"):
        # hand-off
        thread = threading.Thread(target=work, args=args)
        thread.start()
        # end of hand-off
        thread.join()


if __name__ == "__main__":
    create_order(7, 120)
    report()
