# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /status <- (root)
# tree: rotate logs <- (root)
import sched
import threading

from tracing import report, tracer


def rotate():
    with tracer.start_as_current_span("rotate logs"):
        pass


if __name__ == "__main__":
    nightly = sched.scheduler()
    nightly.enter(0, 1, rotate)
    runner = threading.Thread(target=nightly.run)
    runner.start()
    with tracer.start_as_current_span("GET /status"):
        runner.join()
    report()
