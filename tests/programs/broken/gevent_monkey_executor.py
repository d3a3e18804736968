# family: parent_lost
# boundary: ThreadPoolExecutor.submit
# orphan: fetch part
# expected parent: GET /file
# instrumentors: none
# python: 3.10+
# libraries: gevent
from gevent import monkey

monkey.patch_all()

from concurrent.futures import ThreadPoolExecutor  # noqa: E402

from tracing import report, tracer  # noqa: E402


def fetch(part):
    with tracer.start_as_current_span("fetch part"):  # <- orphan
        return part


if __name__ == "__main__":
    with ThreadPoolExecutor(1) as pool, tracer.start_as_current_span("GET /file"):
        pool.submit(fetch, 1).result()  # <- lost here
    report()
