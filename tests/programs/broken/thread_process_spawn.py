# family: parent_lost
# boundary: threading.Thread.start
# orphan: convert file
# expected parent: POST /files
# instrumentors: none
# python: 3.10+
# hops: threading.Thread.start > multiprocessing.Process.start
# otherwise: still lost
import multiprocessing
import threading

from tracing import finished, report, tracer


def convert(home):
    with tracer.start_as_current_span("convert file"):  # <- orphan
        pass
    home.send(finished())


def supervise(spans):
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=convert, args=(sender,))
    process.start()
    spans.extend(receiver.recv())
    process.join()


def post_file(spans):
    with tracer.start_as_current_span("POST /files"):
        supervisor = threading.Thread(target=supervise, args=(spans,))
        supervisor.start()  # <- lost here
        supervisor.join()


if __name__ == "__main__":
    collected = []
    post_file(collected)
    report(collected)
