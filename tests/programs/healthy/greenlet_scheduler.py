# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: greenlet
# tree: GET /a <- (root)
# tree: GET /b <- (root)
# tree: GET /b <- (root)
# tree: read row <- GET /a
from collections import deque

from greenlet import getcurrent, greenlet
from tracing import report, tracer

ready = deque()


def run_ready():
    while True:
        ready.popleft().switch()


def pause():
    ready.append(getcurrent())
    scheduler.switch()


def get_b():
    for _ in range(2):
        with tracer.start_as_current_span("GET /b"):
            pass
        pause()


scheduler = greenlet(run_ready)

if __name__ == "__main__":
    ready.append(greenlet(get_b))
    with tracer.start_as_current_span("GET /a"):
        pause()
        with tracer.start_as_current_span("read row"):
            pause()
    report()
