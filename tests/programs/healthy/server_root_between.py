# instrumentors: none
# python: 3.10+
# tree: GET /accounts <- (root)
# tree: load account <- GET /accounts
# tree: start up <- (root)
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from opentelemetry.trace import SpanKind
from tracing import report, tracer

pool = ThreadPoolExecutor(max_workers=1)


def load_account():
    with tracer.start_as_current_span("load account"):
        pass


def serve():
    with tracer.start_as_current_span("GET /accounts", kind=SpanKind.SERVER):
        pool.submit(copy_context().run, load_account).result()


def main():
    with tracer.start_as_current_span("start up"):
        server = threading.Thread(target=serve)
        server.start()
        server.join()


if __name__ == "__main__":
    main()
    report()
