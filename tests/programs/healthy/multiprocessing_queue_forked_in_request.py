# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: GET /a <- (root)
# tree: POST /b <- (root)
# tree: encode video <- POST /b
import multiprocessing

from opentelemetry.propagate import extract, inject
from tracing import finished, report, tracer

processes = multiprocessing.get_context("fork")


def encode(videos, home):
    for video, carrier in iter(videos.get, None):
        with tracer.start_as_current_span("encode video", context=extract(carrier)) as span:
            span.set_attribute("video", video)
    home.put(finished())


def main():
    videos, home = processes.Queue(), processes.Queue()
    with tracer.start_as_current_span("GET /a"):
        encoder = processes.Process(target=encode, args=(videos, home))
        encoder.start()
    with tracer.start_as_current_span("POST /b"):
        carrier = {}
        inject(carrier)
        videos.put(("cat.mov", carrier))
    videos.put(None)
    spans = home.get()
    encoder.join()
    return spans


if __name__ == "__main__":
    report(main())
