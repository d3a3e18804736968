# instrumentors: none | threading,asyncio
# python: 3.10+
# tree: POST /lint <- (root)
# tree: lint file <- POST /lint
import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE

from collecting import Finished
from opentelemetry.propagate import extract, inject
from tracing import finished, report, tracer


def lint():
    origin = extract({"traceparent": os.environ["TRACEPARENT"]})
    with tracer.start_as_current_span("lint file", context=origin):
        pass
    print(json.dumps(finished()))


async def post_lint():
    command = [sys.executable, __file__, "lint"]
    with tracer.start_as_current_span("POST /lint"):
        carrier = {}
        inject(carrier)
        env = os.environ | {"TRACEPARENT": carrier["traceparent"]}
        linter = await asyncio.create_subprocess_exec(*command, stdout=PIPE, env=env)
        output, _ = await linter.communicate()
    return [Finished(*span) for span in json.loads(output)]


if __name__ == "__main__":
    if sys.argv[1:]:
        lint()
    else:
        report(asyncio.run(post_lint()))
