# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /catalogue <- (root)
# tree: import catalogue <- POST /catalogue
import multiprocessing

from opentelemetry.propagate import extract, inject
from tracing import finished, report, tracer


def import_catalogue(home, carrier):
    with tracer.start_as_current_span("import catalogue", context=extract(carrier)):
        pass
    home.send(finished())


def post_catalogue():
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    carrier = {}
    with tracer.start_as_current_span("POST /catalogue"):
        inject(carrier)
        process = context.Process(target=import_catalogue, args=(sender, carrier))
        process.start()
        spans = receiver.recv()
        process.join()
    return spans


if __name__ == "__main__":
    report(post_catalogue())
