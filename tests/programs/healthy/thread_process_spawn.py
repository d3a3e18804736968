# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /files <- (root)
# tree: convert file <- POST /files
import multiprocessing
import threading
from contextvars import copy_context

from opentelemetry.propagate import extract, inject
from tracing import finished, report, tracer


def convert(home, carrier):
    with tracer.start_as_current_span("convert file", context=extract(carrier)):
        pass
    home.send(finished())


def supervise(spans):
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    carrier = {}
    inject(carrier)
    process = context.Process(target=convert, args=(sender, carrier))
    process.start()
    spans.extend(receiver.recv())
    process.join()


def post_file(spans):
    with tracer.start_as_current_span("POST /files"):
        supervisor = threading.Thread(target=copy_context().run, args=(supervise, spans))
        supervisor.start()
        supervisor.join()


if __name__ == "__main__":
    collected = []
    post_file(collected)
    report(collected)
