# family: parent_lost
# boundary: multiprocessing.Process.start
# orphan: import catalogue
# expected parent: POST /catalogue
# instrumentors: none | threading,asyncio
# python: 3.10+
import multiprocessing

from tracing import finished, report, tracer


def import_catalogue(home):
    with tracer.start_as_current_span("import catalogue"):  # <- orphan
        pass
    home.send(finished())


def post_catalogue():
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    with tracer.start_as_current_span("POST /catalogue"):
        process = context.Process(target=import_catalogue, args=(sender,))
        process.start()  # <- lost here
        spans = receiver.recv()
        process.join()
    return spans


if __name__ == "__main__":
    report(post_catalogue())
