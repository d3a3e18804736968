# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: DELETE /cart <- (root)
# tree: release stock <- DELETE /cart
import threading
from contextvars import copy_context

from tracing import report, tracer


def release(item):
    with tracer.start_as_current_span("release stock") as span:
        span.set_attribute("item", item)


def delete_cart():
    with tracer.start_as_current_span("DELETE /cart"):
        timer = threading.Timer(0, copy_context().run, args=(release, "cup"))
        timer.start()
        timer.join()


if __name__ == "__main__":
    delete_cart()
    report()
