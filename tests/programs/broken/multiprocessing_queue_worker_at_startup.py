# family: parent_lost
# boundary: multiprocessing.Queue.put
# orphan: encode video
# expected parent: POST /videos
# instrumentors: none | threading,asyncio
# python: 3.10+
import multiprocessing

from tracing import finished, report, tracer


def encode(videos, home):
    for video in iter(videos.get, None):
        with tracer.start_as_current_span("encode video") as span:  # <- orphan
            span.set_attribute("video", video)
    home.put(finished())


def main():
    processes = multiprocessing.get_context("spawn")
    videos, home = processes.Queue(), processes.Queue()
    encoder = processes.Process(target=encode, args=(videos, home))
    encoder.start()
    with tracer.start_as_current_span("POST /videos"):
        videos.put("cat.mov")  # <- lost here
    videos.put(None)
    spans = home.get()
    encoder.join()
    return spans


if __name__ == "__main__":
    report(main())
