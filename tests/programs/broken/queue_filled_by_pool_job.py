# family: parent_lost
# boundary: ThreadPoolExecutor.submit
# orphan: store row
# expected parent: POST /import
# hops: ThreadPoolExecutor.submit > queue.Queue.put
# instrumentors: none
# otherwise: still lost
# python: 3.10+
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

from tracing import report, tracer

rows = queue.Queue()


def store():
    while (row := rows.get()) is not None:
        with tracer.start_as_current_span("store row") as span:  # <- orphan
            span.set_attribute("row", row)


def read(line):
    rows.put(line.strip())


if __name__ == "__main__":
    storer = threading.Thread(target=store)
    storer.start()
    with ThreadPoolExecutor(1) as pool, tracer.start_as_current_span("POST /import"):
        pool.submit(read, "apples 7\n").result()  # <- lost here
    rows.put(None)
    storer.join()
    report()
