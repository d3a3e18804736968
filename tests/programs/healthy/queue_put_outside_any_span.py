# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: start up <- (root)
# tree: tidy folder <- (root)
# tree: tidy folder <- (root)
import queue
import threading

from tracing import report, tracer

folders = queue.Queue()


def work():
    for folder in iter(folders.get, None):
        with tracer.start_as_current_span("tidy folder") as span:
            span.set_attribute("folder", folder)


if __name__ == "__main__":
    worker = threading.Thread(target=work)
    worker.start()
    with tracer.start_as_current_span("start up"):
        found = ["/tmp", "/var"]
    for folder in (*found, None):
        folders.put(folder)
    worker.join()
    report()
