# instrumentors: none | threading,asyncio
# python: 3.10+
# libraries: greenlet
# tree: GET /rows <- (root)
# tree: write audit log <- (root)
from greenlet import greenlet
from tracing import report, tracer

import ctxwatch


def write():
    with tracer.start_as_current_span("write audit log"):
        pass


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /rows"):
        writer = greenlet(write)
        with ctxwatch.detached("the audit log has traces of its own"):
            writer.switch()
    report()
