# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /health <- (root)
# tree: ping upstream <- GET /health
import _thread
from contextvars import copy_context

from tracing import report, tracer

done = _thread.allocate_lock()


def ping(host):
    with tracer.start_as_current_span("ping upstream") as span:
        span.set_attribute("host", host)
    done.release()


if __name__ == "__main__":
    done.acquire()
    with tracer.start_as_current_span("GET /health"):
        _thread.start_new_thread(copy_context().run, (ping, "db1"))
        done.acquire()
    report()
