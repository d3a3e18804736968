# instrumentors: none
# python: 3.10+
# tree: poll mailbox <- (root)
# tree: poll mailbox <- (root)
# tree: start up <- (root)
import queue
import threading

from tracing import report, tracer

ticks = queue.Queue()


def poll_for_ever():
    while True:
        ticks.get()
        with tracer.start_as_current_span("poll mailbox"):
            pass
        ticks.task_done()


if __name__ == "__main__":
    with tracer.start_as_current_span("start up"):
        threading.Thread(target=poll_for_ever, daemon=True).start()
        ticks.put("at once")
        ticks.join()
    ticks.put("later")
    ticks.join()
    report()
