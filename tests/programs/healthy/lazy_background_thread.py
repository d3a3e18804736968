# instrumentors: none
# python: 3.10+
# tree: GET /metrics <- (root)
# tree: flush metrics <- (root)
# tree: flush metrics <- (root)
import queue
import threading

from tracing import report, tracer


class Flusher:
    """Starts its thread when it is first used, as many client libraries do."""

    def __init__(self):
        self.ticks = queue.Queue()
        self.thread = None

    def record(self, value):
        if self.thread is None:
            self.thread = threading.Thread(target=self.flush_for_ever, daemon=True)
            self.thread.start()
        return value

    def flush_for_ever(self):
        while True:
            self.ticks.get()
            with tracer.start_as_current_span("flush metrics"):
                pass
            self.ticks.task_done()


if __name__ == "__main__":
    flusher = Flusher()
    with tracer.start_as_current_span("GET /metrics"):
        flusher.record(1)
    flusher.ticks.put("round 1")
    flusher.ticks.put("round 2")
    flusher.ticks.join()
    report()
