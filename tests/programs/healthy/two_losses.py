# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /reports <- (root)
# tree: build report <- POST /reports
# tree: upload file <- build report
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from tracing import report, tracer

pool = ThreadPoolExecutor(max_workers=1)


def upload():
    with tracer.start_as_current_span("upload file"):
        pass


def build_report():
    with tracer.start_as_current_span("build report"):
        uploader = threading.Thread(target=copy_context().run, args=(upload,))
        uploader.start()
        uploader.join()


def post_report():
    with tracer.start_as_current_span("POST /reports"):
        pool.submit(copy_context().run, build_report).result()


if __name__ == "__main__":
    post_report()
    report()
