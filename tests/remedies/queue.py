# remedy: queue.Queue.put
import queue as queues
import threading

from tracing import report, tracer

queue = queues.Queue()


def work(item):
    with tracer.start_as_current_span("resize photo"):
        print(f"resized {item}")


def consume():
    for _ in range(2):
        # take-up
        item = queue.get()
        work(item)
        # end of take-up


def upload(item):
    with tracer.start_as_current_span("POST /photos"):
        # hand-off
        queue.put(item)
        # end of hand-off


if __name__ == "__main__":
    consumer = threading.Thread(target=consume)
    consumer.start()
    upload(1)
    upload(2)
    consumer.join()
    report()
