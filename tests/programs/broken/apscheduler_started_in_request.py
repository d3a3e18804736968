# family: parent_leaked
# boundary: apscheduler.add_job
# orphan: build digest
# actual parent: GET /a
# expected parent: POST /b | POST /c
# instrumentors: threading,asyncio
# otherwise: still lost
# python: 3.10+
# libraries: apscheduler
import threading

from apscheduler.events import EVENT_JOB_REMOVED
from apscheduler.schedulers.background import BackgroundScheduler
from tracing import report, tracer

removed = threading.Semaphore(0)
scheduler = BackgroundScheduler(timezone="UTC")
scheduler.add_listener(lambda _: removed.release(), EVENT_JOB_REMOVED)


def build(built):
    with tracer.start_as_current_span("build digest"):  # <- orphan
        pass
    built.set()


def post(path):
    built = threading.Event()
    with tracer.start_as_current_span(f"POST {path}"):
        scheduler.add_job(build, args=[built])  # <- lost here
    built.wait()
    removed.acquire()


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /a"):
        scheduler.start()  # <- inherited here
    post("/b")
    post("/c")
    scheduler.shutdown()
    report()
