# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: PUT /avatar <- (root)
# tree: resize image <- PUT /avatar
import threading

from opentelemetry import context
from tracing import report, tracer


class Resizer(threading.Thread):
    def __init__(self, width):
        super().__init__(name="resizer")
        self.width = width
        self.parent = context.get_current()

    def run(self):
        token = context.attach(self.parent)
        try:
            with tracer.start_as_current_span("resize image") as span:
                span.set_attribute("width", self.width)
        finally:
            context.detach(token)


def put_avatar():
    with tracer.start_as_current_span("PUT /avatar"):
        resizer = Resizer(128)
        resizer.start()
        resizer.join()


if __name__ == "__main__":
    put_avatar()
    report()
