# remedy: threading.Timer
import threading

from tracing import report, tracer


def work(order, amount):
    with tracer.start_as_current_span("charge card"):
        print(f"charged {amount} for order {order}")


def create_order(delay, *args):
    with tracer.start_as_current_span("POST /orders"):
        # hand-off
        timer = threading.Timer(delay, work, args=args)
        timer.start()
        # end of hand-off
        timer.join()


if __name__ == "__main__":
    create_order(0.001, 7, 120)
    report()
