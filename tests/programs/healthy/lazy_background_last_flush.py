# instrumentors: none
# python: 3.10+
# tree: GET /metrics <- (root)
# tree: flush metrics <- (root)
import threading

from tracing import report, tracer


class Flusher:
    """Starts its thread when it is first used, and flushes once more when it is closed."""

    def __init__(self):
        self.closing = threading.Event()
        self.thread = None

    def record(self, value):
        if self.thread is None:
            self.thread = threading.Thread(target=self.flush_at_close, daemon=True)
            self.thread.start()
        return value

    def flush_at_close(self):
        self.closing.wait()
        with tracer.start_as_current_span("flush metrics"):
            pass

    def close(self):
        self.closing.set()
        self.thread.join()


if __name__ == "__main__":
    flusher = Flusher()
    with tracer.start_as_current_span("GET /metrics"):
        flusher.record(1)
    flusher.close()
    report()
