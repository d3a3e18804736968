# family: parent_lost
# boundary: ThreadPoolExecutor.submit
# orphan: build report
# expected parent: POST /reports
# family: parent_lost
# boundary: threading.Thread.start
# orphan: upload file
# expected parent: build report
# instrumentors: none
# python: 3.10+
import threading
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

pool = ThreadPoolExecutor(max_workers=1)


def upload():
    with tracer.start_as_current_span("upload file"):  # <- orphan (2)
        pass


def build_report():
    with tracer.start_as_current_span("build report"):  # <- orphan
        uploader = threading.Thread(target=upload)
        uploader.start()  # <- lost here (2)
        uploader.join()


def post_report():
    with tracer.start_as_current_span("POST /reports"):
        pool.submit(build_report).result()  # <- lost here


if __name__ == "__main__":
    post_report()
    report()
