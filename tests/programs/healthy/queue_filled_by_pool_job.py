# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /import <- (root)
# tree: store row <- POST /import
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

from opentelemetry import context
from tracing import report, tracer

rows = queue.Queue()


def store():
    while (job := rows.get()) is not None:
        row, origin = job
        with tracer.start_as_current_span("store row", context=origin) as span:
            span.set_attribute("row", row)


def read(line, origin):
    rows.put((line.strip(), origin))


if __name__ == "__main__":
    storer = threading.Thread(target=store)
    storer.start()
    with ThreadPoolExecutor(1) as pool, tracer.start_as_current_span("POST /import"):
        pool.submit(read, "apples 7\n", context.get_current()).result()
    rows.put(None)
    storer.join()
    report()
