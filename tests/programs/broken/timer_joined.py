# family: parent_lost
# boundary: threading.Timer
# orphan: release stock
# expected parent: DELETE /cart
# instrumentors: none
# python: 3.10+
import threading

from tracing import report, tracer


def release(item):
    with tracer.start_as_current_span("release stock") as span:  # <- orphan
        span.set_attribute("item", item)


def delete_cart():
    with tracer.start_as_current_span("DELETE /cart"):
        timer = threading.Timer(0, release, args=("cup",))
        timer.start()  # <- lost here
        timer.join()


if __name__ == "__main__":
    delete_cart()
    report()
