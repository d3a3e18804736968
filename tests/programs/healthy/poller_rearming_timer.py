# instrumentors: none
# python: 3.10+
# tree: send heartbeat <- (root)
# tree: send heartbeat <- (root)
# tree: send heartbeat <- (root)
# tree: start up <- (root)
import threading

from tracing import report, tracer

started = threading.Event()
finished = threading.Event()


def arm(rounds):
    timer = threading.Timer(0.001, heartbeat, args=(rounds,))
    timer.daemon = True
    timer.start()


def heartbeat(rounds):
    started.wait()
    with tracer.start_as_current_span("send heartbeat"):
        pass
    if rounds > 1:
        arm(rounds - 1)
    else:
        finished.set()


if __name__ == "__main__":
    with tracer.start_as_current_span("start up"):
        arm(3)
    started.set()
    finished.wait()
    report()
