# family: parent_stale
# boundary: multiprocessing.Queue.put
# orphan: encode video
# actual parent: GET /a
# expected parent: POST /b
# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
import multiprocessing

from tracing import finished, report, tracer

processes = multiprocessing.get_context("fork")


def encode(videos, home):
    for video in iter(videos.get, None):
        with tracer.start_as_current_span("encode video") as span:  # <- orphan
            span.set_attribute("video", video)
    home.put(finished())


def main():
    videos, home = processes.Queue(), processes.Queue()
    with tracer.start_as_current_span("GET /a"):
        encoder = processes.Process(target=encode, args=(videos, home))
        encoder.start()  # <- inherited here
    with tracer.start_as_current_span("POST /b"):
        videos.put("cat.mov")  # <- lost here
    videos.put(None)
    spans = home.get()
    encoder.join()
    return spans


if __name__ == "__main__":
    report(main())
