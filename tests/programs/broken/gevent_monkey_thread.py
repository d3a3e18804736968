# family: parent_lost
# boundary: threading.Thread.start
# orphan: fetch part
# expected parent: GET /file
# instrumentors: none
# python: 3.10+
# libraries: gevent
from gevent import monkey

monkey.patch_all()

import threading  # noqa: E402

from tracing import report, tracer  # noqa: E402


def fetch():
    with tracer.start_as_current_span("fetch part"):  # <- orphan
        pass


if __name__ == "__main__":
    with tracer.start_as_current_span("GET /file"):
        fetching = threading.Thread(target=fetch)
        fetching.start()  # <- lost here
        fetching.join()
    report()
