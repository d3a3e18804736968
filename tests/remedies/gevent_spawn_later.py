# remedy: gevent.spawn_later
# libraries: gevent
import gevent
from tracing import report, tracer


def work(name):
    with tracer.start_as_current_span("resize photo"):
        print(f"resized {name}")


if __name__ == "__main__":
    args = ("cat",)
    delay = 0
    with tracer.start_as_current_span("POST /photos"):
        # hand-off
        greenlet = gevent.spawn_later(delay, work, *args)
        # end of hand-off
        greenlet.get()
    report()
