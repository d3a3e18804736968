# remedy: multiprocessing.Queue.put
import multiprocessing

from tracing import finished, report, tracer


def work(item):
    with tracer.start_as_current_span("resize photo"):
        print(f"resized {item}", flush=True)


def consume(queue, home):
    for _ in range(2):
        # take-up
        item = queue.get()
        work(item)
        # end of take-up
    home.put(finished())


def upload(queue, item):
    with tracer.start_as_current_span("POST /photos"):
        # hand-off
        queue.put(item)
        # end of hand-off


def main():
    processes = multiprocessing.get_context("spawn")
    queue, home = processes.Queue(), processes.Queue()
    consumer = processes.Process(target=consume, args=(queue, home))
    consumer.start()
    upload(queue, 1)
    upload(queue, 2)
    spans = home.get()
    consumer.join()
    return spans


if __name__ == "__main__":
    report(main())
