# family: parent_lost
# boundary: threading.Thread.start
# orphan: resize image
# expected parent: PUT /avatar
# instrumentors: none | threading,asyncio
# python: 3.10+
import threading

from tracing import report, tracer


class Resizer(threading.Thread):
    def __init__(self, width):
        super().__init__(name="resizer")
        self.width = width

    def run(self):
        with tracer.start_as_current_span("resize image") as span:  # <- orphan
            span.set_attribute("width", self.width)


def put_avatar():
    with tracer.start_as_current_span("PUT /avatar"):
        resizer = Resizer(128)
        resizer.start()  # <- lost here
        resizer.join()


if __name__ == "__main__":
    put_avatar()
    report()
