# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: GET /home <- (root)
# tree: nightly job <- (root)
import multiprocessing

from tracing import finished, report, tracer


def nightly_job(home):
    with tracer.start_as_current_span("nightly job"):
        pass
    home.send(finished())


def main():
    with tracer.start_as_current_span("GET /home"):
        pass
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=nightly_job, args=(sender,))
    process.start()
    spans = receiver.recv()
    process.join()
    return spans


if __name__ == "__main__":
    report(main())
