# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /home <- (root)
# tree: query <- GET /home
import threading

from tracing import report, tracer

counts = {}


def count(path):
    counts[path] = counts.get(path, 0) + 1


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /home"):
        counter = threading.Thread(target=count, args=("/home",))
        counter.start()
        counter.join()
        with tracer.start_as_current_span("query"):
            pass
    report()
