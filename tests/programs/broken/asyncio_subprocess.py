# family: parent_lost
# boundary: subprocess.Popen
# orphan: lint file
# expected parent: POST /lint
# instrumentors: none | threading,asyncio
# python: 3.10+
import asyncio
import json
import sys
from asyncio.subprocess import PIPE

from collecting import Finished
from tracing import finished, report, tracer


def lint():
    with tracer.start_as_current_span("lint file"):  # <- orphan
        pass
    print(json.dumps(finished()))


async def post_lint():
    command = [sys.executable, __file__, "lint"]
    with tracer.start_as_current_span("POST /lint"):
        linter = await asyncio.create_subprocess_exec(*command, stdout=PIPE)  # <- lost here
        output, _ = await linter.communicate()
    return [Finished(*span) for span in json.loads(output)]


if __name__ == "__main__":
    if sys.argv[1:]:
        lint()
    else:
        report(asyncio.run(post_lint()))
