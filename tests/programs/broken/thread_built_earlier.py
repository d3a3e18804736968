# family: parent_lost
# boundary: threading.Thread.start
# orphan: index document
# expected parent: POST /documents
# instrumentors: none
# python: 3.10+
import threading

from tracing import report, tracer


def index():
    with tracer.start_as_current_span("index document"):  # <- orphan
        pass


def main():
    with tracer.start_as_current_span("load settings"):
        indexer = threading.Thread(target=index)
    with tracer.start_as_current_span("POST /documents"):
        indexer.start()  # <- lost here
        indexer.join()


if __name__ == "__main__":
    main()
    report()
