# family: parent_lost
# boundary: subprocess.Popen
# orphan: convert image
# expected parent: POST /images
# instrumentors: none | threading,asyncio
# python: 3.10+
import json
import subprocess
import sys

from collecting import Finished
from tracing import finished, report, tracer


def convert():
    with tracer.start_as_current_span("convert image"):  # <- orphan
        pass
    print(json.dumps(finished()))


def post_image():
    command = [sys.executable, __file__, "convert"]
    with tracer.start_as_current_span("POST /images"):
        converted = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # <- lost here
    return [Finished(*span) for span in json.loads(converted.stdout)]


if __name__ == "__main__":
    if sys.argv[1:]:
        convert()
    else:
        report(post_image())
