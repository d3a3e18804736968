# remedy: gevent.pool.Pool.map
# libraries: gevent
import gevent.pool
from tracing import report, tracer


def work(name):
    with tracer.start_as_current_span("resize photo"):
        print(f"resized {name}")


if __name__ == "__main__":
    items = ["cat", "dog"]
    pool = gevent.pool.Pool(2)
    with tracer.start_as_current_span("POST /photos"):
        # hand-off
        results = pool.map(work, items)
        # end of hand-off
        print(len(results))
    report()
