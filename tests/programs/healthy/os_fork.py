# instrumentors: none | threading,asyncio
# python: 3.10+
# platform: posix
# tree: POST /photos <- (root)
# tree: render thumbnail <- POST /photos
import json
import os

from collecting import Finished
from tracing import finished, report, tracer


def render(home):
    with tracer.start_as_current_span("render thumbnail"):
        pass
    os.write(home, json.dumps(finished()).encode())


def post_photo():
    reader, writer = os.pipe()
    with tracer.start_as_current_span("POST /photos"):
        child = os.fork()
        if not child:
            render(writer)
            os._exit(0)
        os.close(writer)
        with open(reader, encoding="utf-8") as pipe:
            spans = json.load(pipe)
        os.waitpid(child, 0)
    return [Finished(*span) for span in spans]


if __name__ == "__main__":
    report(post_photo())
