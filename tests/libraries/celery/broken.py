# family: parent_lost
# boundary: queue.Queue.put
# orphan: charge card
# expected parent: POST /orders
# instrumentors: none
# python: 3.10+
from celery import Celery
from celery.contrib.testing.worker import start_worker
from tracing import report, tracer

shop = Celery("shop", broker="memory://", backend="cache+memory://")


@shop.task
def charge(order):
    with tracer.start_as_current_span("charge card"):  # <- orphan
        return f"charged {order}"


if __name__ == "__main__":
    with start_worker(shop, perform_ping_check=False, loglevel="ERROR"):
        with tracer.start_as_current_span("POST /orders"):
            charging = charge.delay(7)  # <- lost here
            print(charging.get())
    report()
