# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: apscheduler
# tree: clean cache <- (root)
# tree: clean cache <- (root)
import threading

from apscheduler.schedulers.background import BackgroundScheduler
from tracing import report, tracer

rounds = threading.Semaphore(0)
runs = iter(range(2))


def clean():
    if next(runs, None) is not None:
        with tracer.start_as_current_span("clean cache"):
            pass
        rounds.release()


if __name__ == "__main__":
    scheduler = BackgroundScheduler(timezone="UTC")
    patient = {"max_instances": 1000, "misfire_grace_time": None}
    scheduler.add_job(clean, "interval", seconds=0.01, **patient)
    scheduler.start()
    rounds.acquire()
    rounds.acquire()
    scheduler.shutdown()
    report()
