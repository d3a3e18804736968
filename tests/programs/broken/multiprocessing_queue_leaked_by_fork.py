# family: parent_leaked
# boundary: multiprocessing.Queue.put
# orphan: encode video
# actual parent: GET /a
# expected parent: POST /b | POST /c
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


def post(path, videos):
    with tracer.start_as_current_span(f"POST {path}"):
        videos.put("cat.mov")  # <- lost here


def main():
    videos, home = processes.Queue(), processes.Queue()
    with tracer.start_as_current_span("GET /a"):
        encoder = processes.Process(target=encode, args=(videos, home))
        encoder.start()  # <- inherited here
    post("/b", videos)
    post("/c", videos)
    videos.put(None)
    spans = home.get()
    encoder.join()
    return spans


if __name__ == "__main__":
    report(main())
