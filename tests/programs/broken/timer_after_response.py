# family: parent_lost
# boundary: threading.Timer
# orphan: expire session
# expected parent: POST /login
# instrumentors: none
# python: 3.10+
import threading

from tracing import report, tracer

responded = threading.Event()


def expire():
    responded.wait()
    with tracer.start_as_current_span("expire session"):  # <- orphan
        pass


def login():
    with tracer.start_as_current_span("POST /login"):
        timer = threading.Timer(0.01, expire)
        timer.start()  # <- lost here
    responded.set()
    return timer


if __name__ == "__main__":
    login().join()
    report()
