# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /login <- (root)
# tree: expire session <- POST /login
import threading
from contextvars import copy_context
from functools import partial

from tracing import report, tracer

responded = threading.Event()


def expire():
    responded.wait()
    with tracer.start_as_current_span("expire session"):
        pass


def login():
    with tracer.start_as_current_span("POST /login"):
        timer = threading.Timer(0.01, partial(copy_context().run, expire))
        timer.start()
    responded.set()
    return timer


if __name__ == "__main__":
    login().join()
    report()
