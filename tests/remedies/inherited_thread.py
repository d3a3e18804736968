# remedy: inherited thread
# instrumentors: threading,asyncio
import queue as queues
import threading

from tracing import report, tracer

queue = queues.Queue()


def work(name):
    while queue.get() is not None:
        with tracer.start_as_current_span(name):
            print("flushed")


def first_request(*args):
    with tracer.start_as_current_span("POST /metrics"):
        # hand-off
        thread = threading.Thread(target=work, args=args)
        thread.start()
        # end of hand-off
    return thread


if __name__ == "__main__":
    thread = first_request("flush metrics")
    for tick in (1, 2, 3):
        with tracer.start_as_current_span(f"POST /values/{tick}"):
            queue.put(tick)
    queue.put(None)
    thread.join()
    report()
