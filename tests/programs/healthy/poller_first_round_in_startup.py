# instrumentors: none
# python: 3.10+
# tree: poll mailbox <- (root)
# tree: poll mailbox <- (root)
# tree: start up <- (root)
import threading

from tracing import report, tracer

due = threading.Semaphore(0)
done = threading.Semaphore(0)


def poll_for_ever():
    while True:
        due.acquire()
        with tracer.start_as_current_span("poll mailbox"):
            pass
        done.release()


if __name__ == "__main__":
    with tracer.start_as_current_span("start up"):
        threading.Thread(target=poll_for_ever, daemon=True).start()
        due.release()
        done.acquire()
    due.release()
    done.acquire()
    report()
