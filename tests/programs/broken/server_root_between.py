# family: parent_lost
# boundary: ThreadPoolExecutor.submit
# orphan: load account
# expected parent: GET /accounts
# instrumentors: none
# python: 3.10+
import threading
from concurrent.futures import ThreadPoolExecutor

from opentelemetry.trace import SpanKind
from tracing import report, tracer

pool = ThreadPoolExecutor(max_workers=1)


def load_account():
    with tracer.start_as_current_span("load account"):  # <- orphan
        pass


def serve():
    with tracer.start_as_current_span("GET /accounts", kind=SpanKind.SERVER):
        pool.submit(load_account).result()  # <- lost here


def main():
    with tracer.start_as_current_span("start up"):
        server = threading.Thread(target=serve)
        server.start()
        server.join()


if __name__ == "__main__":
    main()
    report()
