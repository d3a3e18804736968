# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: apscheduler
# tree: POST /digests <- (root)
# tree: build digest <- POST /digests
import threading
from contextvars import copy_context

from apscheduler.events import EVENT_JOB_REMOVED
from apscheduler.schedulers.background import BackgroundScheduler
from tracing import report, tracer

built = threading.Event()
removed = threading.Event()


def build(reader):
    with tracer.start_as_current_span("build digest") as span:
        span.set_attribute("reader", reader)
    built.set()


if __name__ == "__main__":
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_listener(lambda _: removed.set(), EVENT_JOB_REMOVED)
    scheduler.start()
    with tracer.start_as_current_span("POST /digests"):
        scheduler.add_job(copy_context().run, args=[build, "ann"])
        built.wait()
    removed.wait()
    scheduler.shutdown()
    report()
