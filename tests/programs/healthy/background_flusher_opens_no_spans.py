# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /a <- (root)
# tree: GET /b <- (root)
# tree: read page <- GET /a
# tree: read page <- GET /b
import threading

from tracing import report, tracer


class Counter:
    def __init__(self):
        self.value = 0
        self.flushed = []
        self.asked, self.done = threading.Semaphore(0), threading.Semaphore(0)
        threading.Thread(target=self.flush, daemon=True).start()

    def flush(self):
        while self.asked.acquire():
            self.flushed.append(self.value)
            self.done.release()

    def add(self):
        self.value += 1
        self.asked.release()
        self.done.acquire()


def handle(path, counter):
    with tracer.start_as_current_span(f"GET {path}"):
        counter = counter or Counter()
        counter.add()
        with tracer.start_as_current_span("read page"):
            pass
    return counter


if __name__ == "__main__":
    shared = handle("/a", None)
    handle("/b", shared)
    assert shared.flushed == [1, 2]
    report()
