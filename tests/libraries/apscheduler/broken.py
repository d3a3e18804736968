# family: parent_lost
# boundary: apscheduler.add_job
# orphan: remind customer
# expected parent: POST /orders
# instrumentors: none | threading,asyncio
# python: 3.10+
import threading

from apscheduler.schedulers.background import BackgroundScheduler
from tracing import report, tracer

reminded = threading.Event()


def remind(customer):
    with tracer.start_as_current_span("remind customer"):  # <- orphan
        print(customer)
    reminded.set()


def place_order(scheduler, customer):
    with tracer.start_as_current_span("POST /orders"):
        scheduler.add_job(remind, args=[customer])  # <- lost here


if __name__ == "__main__":
    scheduler = BackgroundScheduler()
    scheduler.start()
    place_order(scheduler, "ann")
    reminded.wait()
    scheduler.shutdown()
    report()
