# remedy: threading.Thread.start subclass
import threading

from tracing import report, tracer

args = (7, 120)


def work(order, amount):
    with tracer.start_as_current_span("charge card"):
        print(f"charged {amount} for order {order}")


# hand-off
class Worker(threading.Thread):
    def run(self):
        work(*args)


# end of hand-off


def create_order():
    with tracer.start_as_current_span("POST /orders"):
        worker = Worker()
        worker.start()
        worker.join()


if __name__ == "__main__":
    create_order()
    report()
