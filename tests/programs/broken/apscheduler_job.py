# family: parent_lost
# boundary: apscheduler.add_job
# orphan: build digest
# expected parent: POST /digests
# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: apscheduler
import threading

from apscheduler.events import EVENT_JOB_REMOVED
from apscheduler.schedulers.background import BackgroundScheduler
from tracing import report, tracer

built = threading.Event()
removed = threading.Event()


def build(reader):
    with tracer.start_as_current_span("build digest") as span:  # <- orphan
        span.set_attribute("reader", reader)
    built.set()


if __name__ == "__main__":
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_listener(lambda _: removed.set(), EVENT_JOB_REMOVED)
    scheduler.start()
    with tracer.start_as_current_span("POST /digests"):
        scheduler.add_job(build, args=["ann"])  # <- lost here
        built.wait()
    removed.wait()
    scheduler.shutdown()
    report()
