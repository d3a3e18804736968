# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /images <- (root)
# tree: convert image <- POST /images
import json
import os
import subprocess
import sys

from collecting import Finished
from opentelemetry.propagate import extract, inject
from tracing import finished, report, tracer


def convert():
    origin = extract({"traceparent": os.environ["TRACEPARENT"]})
    with tracer.start_as_current_span("convert image", context=origin):
        pass
    print(json.dumps(finished()))


def post_image():
    command = [sys.executable, __file__, "convert"]
    with tracer.start_as_current_span("POST /images"):
        carrier = {}
        inject(carrier)
        env = os.environ | {"TRACEPARENT": carrier["traceparent"]}
        converted = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=env)
    return [Finished(*span) for span in json.loads(converted.stdout)]


if __name__ == "__main__":
    if sys.argv[1:]:
        convert()
    else:
        report(post_image())
