# remedy: apscheduler.add_job
# libraries: apscheduler
import threading

from apscheduler.events import EVENT_JOB_REMOVED
from apscheduler.schedulers.background import BackgroundScheduler
from tracing import report, tracer

removed = threading.Event()


def work(reader):
    with tracer.start_as_current_span("build digest"):
        print(f"built for {reader}")


def digest(scheduler, *args):
    with tracer.start_as_current_span("POST /digests"):
        # hand-off
        scheduler.add_job(work, args=args)
        # end of hand-off


if __name__ == "__main__":
    background = BackgroundScheduler(timezone="UTC")
    background.add_listener(lambda _: removed.set(), EVENT_JOB_REMOVED)
    background.start()
    digest(background, "ann")
    removed.wait()
    background.shutdown()
    report()
