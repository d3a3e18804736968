# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /documents <- (root)
# tree: index document <- POST /documents
# tree: load settings <- (root)
import queue
import threading

from opentelemetry import context
from tracing import report, tracer

parents = queue.Queue()


def index():
    with tracer.start_as_current_span("index document", context=parents.get()):
        pass


def main():
    with tracer.start_as_current_span("load settings"):
        indexer = threading.Thread(target=index)
    with tracer.start_as_current_span("POST /documents"):
        parents.put(context.get_current())
        indexer.start()
        indexer.join()


if __name__ == "__main__":
    main()
    report()
