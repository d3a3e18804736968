# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: apscheduler
# tree: GET /a <- (root)
# tree: POST /b <- (root)
# tree: POST /c <- (root)
# tree: build digest <- POST /b
# tree: build digest <- POST /c
import threading
from contextvars import copy_context

from apscheduler.events import EVENT_JOB_REMOVED
from apscheduler.schedulers.background import BackgroundScheduler
from tracing import report, tracer

removed = threading.Semaphore(0)
scheduler = BackgroundScheduler(timezone="UTC")
scheduler.add_listener(lambda _: removed.release(), EVENT_JOB_REMOVED)


def build(built):
    with tracer.start_as_current_span("build digest"):
        pass
    built.set()


def post(path):
    built = threading.Event()
    with tracer.start_as_current_span(f"POST {path}"):
        scheduler.add_job(copy_context().run, args=[build, built])
    built.wait()
    removed.acquire()


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /a"):
        scheduler.start()
    post("/b")
    post("/c")
    scheduler.shutdown()
    report()
